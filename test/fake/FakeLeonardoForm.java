package fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A posted form as the storage behind Leonardo reads it: in order, and nothing behind the file counts. */
record FakeLeonardoForm(Map<String, String> fields, List<String> names, byte[] file) {
  static FakeLeonardoForm of(Sent sent) {
    var boundary = "--" + sent.header("Content-Type").orElse("").replaceFirst(".*boundary=", "");
    var text = new String(sent.body(), StandardCharsets.ISO_8859_1);
    var fields = new LinkedHashMap<String, String>();
    var names = new ArrayList<String>();
    var file = new byte[0];
    for (var part : text.split(java.util.regex.Pattern.quote(boundary))) {
      int head = part.indexOf("\r\n\r\n");
      if (head < 0) continue;
      var name = part.replaceFirst("(?s).*?name=\"([^\"]*)\".*", "$1");
      var value = part.substring(head + 4, part.length() - 2);
      names.add(name);
      if (name.equals("file")) file = value.getBytes(StandardCharsets.ISO_8859_1);
      else fields.put(name, value);
    }
    return new FakeLeonardoForm(fields, names, file);
  }

  boolean fileIsLast() {
    return !names.isEmpty() && names.indexOf("file") == names.size() - 1;
  }
}
