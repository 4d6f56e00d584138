package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects class labels, or the categories of a feature, numbered by first occurrence, and maps them to classes. */
final class Labels {

  private static final int MOST = 100_000;
  private static final int MOST_LISTED = 20;
  private static final String CHOOSE = "correct the label, or select another column with --target";

  /** A label's number in the table, and the error for it. */
  private record Seen(int number, Complaint complaint) {}

  private final List<String> given;
  private final boolean areClasses;
  private final Map<String, Seen> seen = new LinkedHashMap<>();

  private Labels(List<String> given, boolean areClasses) {
    this.given = given;
    this.areClasses = areClasses;
  }

  /**
   * @param given the names of the classes in their order; empty to take them from the labels
   */
  static Labels ofClasses(List<String> given) {
    return new Labels(given, true);
  }

  /** @param given the categories of the training data in their order; empty to take them from the data */
  static Labels ofCategories(List<String> given) {
    return new Labels(given, false);
  }

  boolean areClasses() {
    return areClasses;
  }

  /** Returns the given names of the classes; one may be a marker of a missing value. */
  List<String> given() {
    return given;
  }

  /** Makes an error at the first occurrence of a label; which label is one too many is known only later. */
  interface Complaint {
    DataException make(ErrorCode code, String message);
  }

  /** Returns the number of a label in the table. */
  int number(String label, Complaint complaint) throws DataException {
    Seen known = seen.get(label);
    if (known == null) {
      if (seen.size() == MOST) {
        throw complaint.make(ErrorCode.DATA_MISMATCH, "there are more than " + MOST + (areClasses ? " class labels" : " categories"))
            .help(areClasses ? CHOOSE : "leave the column out with --features");
      }
      known = new Seen(seen.size(), complaint);
      seen.put(label, known);
    }
    return known.number;
  }

  /**
   * Returns the class names in their order: the given ones; otherwise the numbers, if all are integers below the number of classes; otherwise all
   * labels, sorted as numbers or as text.
   *
   * @param wanted the model's number of classes
   */
  List<String> classes(int wanted) throws DataException {
    if (given.isEmpty() && areIndices(wanted)) {
      return indices(wanted);
    }
    List<String> names = given.isEmpty() ? sorted() : given;
    if (given.isEmpty() && names.size() > wanted) {
      throw tooMany(wanted);
    } else if (given.isEmpty() && names.size() < wanted) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "the model has " + wanted + " classes, the data " + names.size() + ": "
          + listed(names)).help("name all classes in their order with --classes");
    }
    return names;
  }

  /** Returns the error for the first label that is one too many. */
  private DataException tooMany(int wanted) {
    List<String> inOrder = List.copyOf(seen.keySet());
    String label = inOrder.get(wanted);
    return seen.get(label).complaint().make(ErrorCode.UNKNOWN_LABEL, "`" + label + "` is one class too many: the model has " + wanted
        + " classes, and the data has " + listed(inOrder.subList(0, wanted))).help(CHOOSE);
  }

  private static String listed(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size()))) + (names.size() > MOST_LISTED ? ", ..." : "");
  }

  /** Returns the class of each label's number, by these names; labels may also be indices of classes. */
  int[] classOf(List<String> names) throws DataException {
    int[] classes = new int[seen.size()];
    boolean byIndex = seen.keySet().stream().noneMatch(names::contains) && areIndices(names.size());
    for (Map.Entry<String, Seen> label : seen.entrySet()) {
      int at = byIndex ? (int) Double.parseDouble(label.getKey()) : names.indexOf(label.getKey());
      if (at < 0) {
        throw label.getValue().complaint().make(ErrorCode.UNKNOWN_LABEL, "`" + label.getKey() + "` is not a class")
            .help("the classes are " + listed(names));
      }
      classes[label.getValue().number()] = at;
    }
    return classes;
  }

  /** Returns the categories in their order: the given ones, otherwise all that occurred, sorted. */
  List<String> categories() {
    return given.isEmpty() ? sorted() : given;
  }

  /** Returns the category of each label's number. */
  int[] categoryOf(List<String> names) throws DataException {
    int[] categories = new int[seen.size()];
    for (Map.Entry<String, Seen> label : seen.entrySet()) {
      categories[label.getValue().number()] = names.indexOf(label.getKey());
      if (!names.contains(label.getKey())) {
        throw label.getValue().complaint().make(ErrorCode.UNKNOWN_CATEGORY, "the training data has no category `" + label.getKey() + "`")
            .help("its categories are " + listed(names));
      }
    }
    return categories;
  }

  private boolean areIndices(int count) {
    return seen.keySet().stream().allMatch(label -> Numeral.isNumber(label) && isIndex(Double.parseDouble(label), count));
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
    boolean numbers = seen.keySet().stream().allMatch(Numeral::isNumber);
    return seen.keySet().stream()
        .sorted(numbers ? Comparator.comparingDouble(Double::parseDouble) : Comparator.naturalOrder()).toList();
  }
}
