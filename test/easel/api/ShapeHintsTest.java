package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Size;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the older gateway, one after the other: where its clients say shape and size, and in which words. */
class ShapeHintsTest {
  private static final String PRO = "gemini-3.0-pro-image";

  private static Aliases.Meant meant(String alias, String body, Optional<Size> picture) {
    var hints = ShapeHints.of(Fields.of(JsonText.object(Faces.quoted(body))));
    return Aliases.meant(Aliases.find(alias).orElseThrow(), hints, picture);
  }

  private static String name(String alias, String body) {
    return meant(alias, body, Optional.empty()).name();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{} | landscape",
      "{'generationConfig':{'imageConfig':{'aspectRatio':'9:16','imageSize':'2K'}}} | portrait-2k",
      "{'generationConfig':{'imageConfig':{'aspect_ratio':'1:1','image_size':'4K'}}} | square-4k",
      "{'generationConfig':{'imageConfig':{'aspect':'4:3','resolution':'2k'}}} | four-three-2k",
      "{'generationConfig':{'imageConfig':{'size':'1024x1792','quality':'hd'}}} | portrait-4k",
      "{'generationConfig':{'imageConfig':{'imageQuality':'medium'}}} | landscape-2k",
      "{'generationConfig':{'imageConfig':{'image_quality':'ultra'}}} | landscape-4k",
      "{'generationConfig':{'aspectRatio':'3:4','imageSize':'2K'}} | three-four-2k",
      "{'extra_body':{'generationConfig':{'imageConfig':{'aspectRatio':'1:1'}}}} | square",
      "{'extraBody':{'generationConfig':{'aspectRatio':'1:1'}}} | square",
      "{'size':'1024x1024','quality':'high'} | square-4k",
      "{'aspect_ratio':'9:16','image_size':'2k'} | portrait-2k",
      "{'aspectRatio':'9:16','imageSize':'2k'} | portrait-2k",
      "{'image_config':{'aspect_ratio':'9:16','image_size':'2K'}} | portrait-2k"})
  void everyPlaceIsReadIn(String body, String end) {
    assertEquals(PRO + "-" + end, name(PRO, body));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'generationConfig':{'imageConfig':{'aspectRatio':'1:1'},'aspectRatio':'9:16'}} | square",
      "{'generationConfig':{'aspectRatio':'9:16'},'extra_body':{'generationConfig':{'aspectRatio':'1:1'}}} | portrait",
      "{'extra_body':{'generationConfig':{'aspectRatio':'1:1'}},'size':'1024x1792'} | square",
      "{'size':'1024x1024','aspect_ratio':'9:16'} | square",
      "{'generationConfig':{'imageConfig':{'aspectRatio':'1:1'}},'size':'1024x1792','quality':'high'} | square-4k",
      "{'generationConfig':{'imageConfig':{'imageSize':'2K'}},'size':'1024x1792','quality':'high'} | portrait-2k",
      "{'generationConfig':{'imageConfig':{'quality':'standard'}},'image_size':'2k'} | landscape-2k",
      "{'generationConfig':{'imageConfig':{'imageSize':'1K'}},'quality':'high'} | landscape"})
  void theFirstHintWinsForShapeAndSizeSeparately(String body, String end) {
    assertEquals(PRO + "-" + end, name(PRO, body));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "16:9 | landscape", "9:16 | portrait", "1:1 | square", "4:3 | four-three", "3:4 | three-four", "8:6 | four-three",
      "9\uFF1A16 | portrait", "9/16 | portrait", "9x16 | portrait", " 9 : 16  | portrait", "Portrait | portrait",
      "four_three | four-three", "1024x1792 | portrait", "1792x1024 | landscape", "1024x1536 | three-four", "512X512 | square",
      "auto | landscape", " | landscape"})
  void everyWordForAShapeIsUnderstood(String word, String end) {
    assertEquals(PRO + "-" + end, name(PRO, "{'aspect_ratio':'" + (word == null ? "" : word) + "'}"));
  }

  @ParameterizedTest
  @CsvSource({"low, ''", "standard, ''", "medium, -2k", "high, -4k", "hd, -4k", "ultra, -4k", "2k, -2k", "4K, -4k", "1k, ''", "auto, ''"})
  void everyWordForQualityIsUnderstood(String word, String end) {
    assertEquals(PRO + "-landscape" + end, name(PRO, "{'quality':'" + word + "'}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "veo_3_1_t2v | {} | veo_3_1_t2v_landscape",
      "veo_3_1_t2v | {'aspect_ratio':'9:16'} | veo_3_1_t2v_portrait",
      "veo_3_1_t2v | {'size':'720x1280','quality':'1080p'} | veo_3_1_t2v_portrait_1080p",
      "veo_3_1_t2v_4s | {'aspect_ratio':'9:16','resolution':'4k','image_size':'4K'} | veo_3_1_t2v_portrait_4s_4k",
      "veo_3_1_i2v_s | {'generationConfig':{'resolution':'1080p'}} | veo_3_1_i2v_s_1080p",
      "veo_3_1_t2v_lite_4s | {'aspect_ratio':'9:16'} | veo_3_1_t2v_lite_4s_portrait",
      "veo_3_1_r2v_fast | {'aspect_ratio':'9:16'} | veo_3_1_r2v_fast_portrait",
      "veo_3_1_extend | {'aspect_ratio':'9:16'} | veo_3_1_extend_portrait",
      "omni | {'aspect_ratio':'9:16'} | omni_portrait"})
  void aVideoIsWideOrHighAndMayHaveAGreaterSize(String alias, String body, String name) {
    var meant = meant(alias, body, Optional.empty());

    assertEquals(name, meant.name());
    assertEquals(List.of(), meant.warnings());
  }

  @Test
  void withoutAHintTheFirstPictureSaysTheShape() {
    assertEquals(PRO + "-portrait", meant(PRO, "{'quality':'low'}", Optional.of(new Size(720, 1280))).name());
    assertEquals(PRO + "-three-four-2k", meant(PRO, "{'image_size':'2k'}", Optional.of(new Size(600, 800))).name());
    assertEquals(PRO + "-square", meant(PRO, "{'size':'1024x1024'}", Optional.of(new Size(600, 800))).name());
    assertEquals("veo_3_1_i2v_lite_portrait", meant("veo_3_1_i2v_lite", "{}", Optional.of(new Size(600, 800))).name());
    assertEquals("veo_3_1_i2v_lite_landscape", meant("veo_3_1_i2v_lite", "{}", Optional.of(new Size(800, 800))).name());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "gemini-3.0-pro-image | {'aspect_ratio':'21:9'} | -landscape | gemini-3.0-pro-image is not made in the shape 21:9: it is made in landscape.",
      "gemini-3.0-pro-image | {'aspect_ratio':'wide'} | -landscape | gemini-3.0-pro-image is not made in the shape wide: it is made in landscape.",
      "gemini-3.0-pro-image | {'quality':'1080p'} | -landscape | gemini-3.0-pro-image is not made in the size 1080p: that was left out.",
      "imagen-4.0-generate-preview | {'aspect_ratio':'1:1'} | -landscape | imagen-4.0-generate-preview is not made in the shape 1:1: it is made in landscape.",
      "imagen-4.0-generate-preview | {'image_size':'2k'} | -landscape | imagen-4.0-generate-preview is not made in the size 2k: that was left out.",
      "veo_3_1_t2v_fast | {'image_size':'4k'} | _landscape | veo_3_1_t2v_fast is not made in the size 4k: that was left out."})
  void whatIsNotMadeIsLeftOutAndSaid(String alias, String body, String end, String warning) {
    var meant = meant(alias, body, Optional.empty());

    assertEquals(alias + end, meant.name());
    assertEquals(List.of(warning), meant.warnings());
  }

  @Test
  void nothingOfTheBodyIsEverComplainedAbout() {
    var odd = "{'generationConfig':7,'extra_body':[1],'size':{'a':1},'quality':12,'aspect_ratio':'" + "9".repeat(5000) + "','image_size':null}";

    var meant = meant(PRO, odd, Optional.empty());

    assertEquals(PRO + "-landscape", meant.name());
    assertTrue(meant.warnings().getFirst().length() < 150, "a hint is not repeated at full length");
  }
}
