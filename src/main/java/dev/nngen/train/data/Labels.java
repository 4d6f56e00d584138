package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Class labels as they come, numbered by first occurrence, and which class each of them is in the end. */
final class Labels {

  private static final int MOST = 100_000;

  /** What a label is called in a table, and how to complain about it. */
  private record Seen(int number, Fault complaint) {}

  private final Map<String, Seen> seen = new LinkedHashMap<>();

  /** A fault that is only made where it is needed. */
  interface Complaint {
    Fault make();
  }

  /** The number that stands for a label in the table. */
  int number(String label, Complaint complaint) throws Fault {
    Seen known = seen.get(label);
    if (known == null) {
      if (seen.size() == MOST) {
        throw complaint.make();
      }
      // Few labels are ever new, so a complaint for each costs little; which of them is one too many shows only later.
      known = new Seen(seen.size(), seen.size() < 1000 ? complaint.make() : null);
      seen.put(label, known);
    }
    return known.number;
  }

  /**
   * The class names in their order: those given; else of whole numbers below the number of classes the numbers
   * themselves; else all labels, sorted as numbers or as text.
   *
   * @param given names, which may be empty
   * @param wanted how many classes the model tells apart
   */
  List<String> classes(List<String> given, int wanted) throws Fault {
    if (given.isEmpty() && areIndices(wanted)) {
      return indices(wanted);
    }
    List<String> names = given.isEmpty() ? sorted() : given;
    if (given.isEmpty() && names.size() != wanted) {
      throw Fault.of(ErrorCode.DATA_MISMATCH, "the model tells " + wanted + " classes apart, and the data has " + names.size() + ": "
          + String.join(", ", names.subList(0, Math.min(12, names.size()))) + (names.size() > 12 ? ", ..." : ""))
          .help(names.size() < wanted ? "name all classes in their order with --classes" : "choose the class column with --target");
    }
    return names;
  }

  /** For each label's number the class that it is, where the names are these; classes may be called by their index too. */
  int[] classOf(List<String> names) throws Fault {
    int[] classes = new int[seen.size()];
    boolean byIndex = seen.keySet().stream().noneMatch(names::contains) && areIndices(names.size());
    for (Map.Entry<String, Seen> label : seen.entrySet()) {
      int at = byIndex ? (int) Double.parseDouble(label.getKey()) : names.indexOf(label.getKey());
      if (at < 0) {
        throw label.getValue().complaint().help("the classes are " + String.join(", ", names.subList(0, Math.min(20, names.size()))));
      }
      classes[label.getValue().number()] = at;
    }
    return classes;
  }

  private boolean areIndices(int count) {
    return seen.keySet().stream().allMatch(label -> HeaderChoice.isNumber(label) && isIndex(Double.parseDouble(label), count));
  }

  private static boolean isIndex(double value, int count) {
    return value >= 0 && value < count && value == Math.rint(value);
  }

  private static List<String> indices(int count) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      names.add(Integer.toString(k));
    }
    return names;
  }

  private List<String> sorted() {
    boolean numbers = seen.keySet().stream().allMatch(HeaderChoice::isNumber);
    return seen.keySet().stream()
        .sorted(numbers ? Comparator.comparingDouble(Double::parseDouble) : Comparator.naturalOrder()).toList();
  }
}
