package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Converts class labels to one-hot columns if a loss compares them with a prediction that has an entry for each class, as in
 * {@code crossentropy(P, label)}. Elsewhere a label is a number.
 */
final class ClassLabels {

  private final Session session;

  ClassLabels(Session session) {
    this.session = session;
  }

  /** Returns the arguments of a loss with labels as columns, bound in its body too; empty if the numbers of classes differ, which is reported. */
  Optional<Map<String, Arguments.Given>> spread(Invocation call, Map<String, Arguments.Given> given, Frame body) {
    Map<String, Arguments.Given> spread = new LinkedHashMap<>(given);
    for (Map.Entry<String, Arguments.Given> argument : given.entrySet()) {
      int label = argument.getValue().id();
      Optional<Integer> scores = isLabel(label) ? scores(label, given, call.frame().rows) : Optional.empty();
      if (scores.isEmpty()) {
        continue;
      }
      if (classes(scores.get(), call.frame().rows) != session.count(label).getAsLong()) {
        session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, call.span(), "`" + FaultReport.excerpt(argument.getValue().expr().span()) + "` is one of "
            + session.count(label).getAsLong() + " classes, but the other argument has " + classes(scores.get(), call.frame().rows)
            + " for each sample").help("a loss of class labels needs a prediction with an entry for each class"));
        return Optional.empty();
      }
      Binding column = new Binding.Bound(session.axes.onehot(label, call.frame().rows), Optional.empty());
      spread.put(argument.getKey(), new Arguments.Given(argument.getValue().expr(), column, argument.getValue().name()));
      body.bind(argument.getKey(), column);
    }
    return Optional.of(spread);
  }

  private boolean isLabel(int value) {
    return value != Values.POISON && session.count(value).isPresent();
  }

  /** Returns another argument that has one axis more than the label, for the classes. */
  private Optional<Integer> scores(int label, Map<String, Arguments.Given> given, boolean rows) {
    return given.values().stream().map(Arguments.Given::id).filter(id -> id != Values.POISON && id != label && !isLabel(id))
        .filter(id -> classes(id, rows) > 1 && AxisFunctions.axes(session.values.shape(label)).equals(others(session.values.shape(id), rows))).findFirst();
  }

  private long classes(int value, boolean rows) {
    List<Size> axes = session.values.shape(value).axes();
    return axes.get(rows ? axes.size() - 1 : 0).number();
  }

  private static List<Size> others(Shape shape, boolean rows) {
    List<Size> axes = shape.axes();
    return rows ? axes.subList(0, axes.size() - 1) : axes.subList(1, axes.size());
  }
}
