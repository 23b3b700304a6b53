package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import org.junit.jupiter.api.Test;

class FlowSettingsTest {
  private static String lines(String tables) {
    return FlowSettings.json(FlowSettings.lines(Json.parse(tables.replace('\'', '"')).asObject())).toString().replace('"', '\'');
  }

  @Test
  void aDatabaseThatNobodyHasChangedSaysNothing() {
    assertEquals("[]", lines("{}"));
    assertEquals("[]", lines("""
        {'admin_config':{'username':'admin','password':'admin','api_key':'han1234','error_ban_threshold':'3'},
         'proxy_config':{'enabled':'0','proxy_url':''},'generation_config':{'image_timeout':'300','video_timeout':'1500'},
         'call_logic_config':{'call_mode':'default'},'cache_config':{'cache_enabled':'0','cache_timeout':'7200','cache_base_url':''},
         'debug_config':{'enabled':'0'},'plugin_config':{'connection_token':'','auto_enable_on_update':'1'}}"""));
  }

  @Test
  void whatWasChangedOnItsPageIsALineOfTheFile() {
    assertEquals("[{'section':'admin','key':'error_ban_threshold','value':5},{'section':'proxy','key':'proxy_enabled','value':true},"
        + "{'section':'proxy','key':'proxy_url','value':'socks5://10.0.0.2:1080'},{'section':'generation','key':'video_timeout','value':900},"
        + "{'section':'cache','key':'base_url','value':'https://cdn.example'},{'section':'call_logic','key':'call_mode','value':'polling'},"
        + "{'section':'plugin','key':'auto_enable_on_update','value':false}]", lines("""
        {'admin_config':{'error_ban_threshold':'5'},'proxy_config':{'enabled':'1','proxy_url':'socks5://10.0.0.2:1080'},
         'generation_config':{'video_timeout':'900'},'call_logic_config':{'call_mode':'polling'},
         'cache_config':{'cache_timeout':'7200','cache_base_url':'https://cdn.example'},'plugin_config':{'auto_enable_on_update':'0'}}"""));
  }

  @Test
  void secretsAreNamedAndNeverShown() {
    var said = lines("""
        {'admin_config':{'password':'hush-1','api_key':'hush-2'},'plugin_config':{'connection_token':'hush-3'},
         'proxy_config':{'proxy_url':'st5 h:1:u:hush-4','media_proxy_url':'http://u:hush-5@h:1'}}""");
    assertEquals(said, said.replace("hush", ""));
    assertEquals(5, said.split("set it by hand", -1).length - 1, said);
  }

  @Test
  void nonsenseIsPassedOver() {
    assertEquals("[]", lines("{'admin_config':[],'proxy_config':{'enabled':'maybe'},'generation_config':{'image_timeout':'soon'}}"));
  }
}
