package easel.api;

import easel.codec.Fields;
import easel.core.Input;
import easel.core.Media;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.job.Catalogue;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a request's size. Names of an older gateway take it, or leave it, as that gateway did; for every
 * other model it stands in the task, and one that is out of range is refused.
 *
 * @param lenient the task must not hold a size or quality of the caller's own
 */
record Shape(boolean lenient, Optional<Aliases.Alias> alias, ShapeHints hints, Catalogue catalogue,
    List<String> warnings) {

  static Shape of(Fields body, String model, Catalogue catalogue) {
    if (!catalogue.inherited(model)) return strict(catalogue);
    var hints = ShapeHints.of(body);
    var alias = Aliases.find(model);
    if (alias.isPresent()) {
      return new Shape(true, alias, hints, catalogue, Aliases.meant(alias.get(), hints, Optional.empty()).warnings());
    }
    var fixed = fixed(model, catalogue);
    if (fixed.isEmpty()) return strict(catalogue);
    return new Shape(true, alias, hints, catalogue, Aliases.leftOut(model, fixed.get(), hints));
  }

  private static Shape strict(Catalogue catalogue) {
    return new Shape(false, Optional.empty(), new ShapeHints(Optional.empty(), Optional.empty()), catalogue, List.of());
  }

  private static Optional<Size> fixed(String model, Catalogue catalogue) {
    var rule = catalogue.model(model).map(m -> m.capability().sizes());
    boolean one = rule.isPresent() && rule.get() instanceof SizeRule.OneOf of && of.sizes().size() == 1;
    return one ? Optional.of(((SizeRule.OneOf) rule.get()).sizes().getFirst()) : Optional.empty();
  }

  /** The task under the name that is meant; its pictures are there by now. */
  Task settle(Task task) {
    if (alias.isEmpty()) return task;
    var picture = task.inputs().stream().filter(i -> i.role() != Input.Role.MASK).map(Input::media).findFirst()
        .flatMap(Media::size);
    var meant = Aliases.meant(alias.get(), hints, picture).name();
    return catalogue.model(meant).isPresent() ? task.withModel(meant) : task;
  }
}
