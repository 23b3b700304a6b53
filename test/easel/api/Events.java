package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A stream of events taken apart by the strictest reading: every event ends with a blank line, or it is not there. */
record Events(List<String> names, List<String> texts) {
  static Events of(Faces.Reply reply) {
    return of(reply.body());
  }

  static Events of(String body) {
    var names = new ArrayList<String>();
    var texts = new ArrayList<String>();
    if (!body.endsWith("\n\n")) throw new AssertionError("the last event has no blank line: " + body);
    for (var block : body.split("\n\n")) {
      var name = "";
      var data = new ArrayList<String>();
      for (var line : block.split("\n")) {
        if (line.startsWith("event: ")) name = line.substring(7);
        else if (line.startsWith("data: ")) data.add(line.substring(6));
        else if (!line.startsWith(":")) throw new AssertionError("not a line of an event: " + line);
      }
      if (data.isEmpty() && !name.isEmpty()) throw new AssertionError("an event without data: " + block);
      if (data.isEmpty()) continue;
      names.add(name);
      texts.add(String.join("\n", data));
    }
    return new Events(names, texts);
  }

  List<JsonObject> data() {
    return texts.stream().filter(t -> !t.equals("[DONE]")).map(t -> Json.parse(t).asObject()).toList();
  }
}
