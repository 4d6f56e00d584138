package dev.nngen.codegen;

import dev.nngen.plan.Tensor;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Matrices that the class holds in an array rather than in a field each.
 *
 * @param wanted a name for the array: what the tensors' names have in common
 * @param first the index of the first; where names are numbered, each matrix has its number as index
 */
record Series(String wanted, int first, List<Tensor> tensors) {

  /** The tensors in the order of the numbers in their names, or else in the order in which they were thought of. */
  static Series of(Collection<Tensor> tensors) {
    List<Tensor> byAge = tensors.stream().sorted(Comparator.comparing(Tensor::id)).toList();
    Name common = Name.of(byAge.stream().map(Tensor::name).toList());
    if (byAge.stream().allMatch(tensor -> common.isNumbered(tensor.name()))) {
      List<Tensor> byNumber = byAge.stream().sorted(Comparator.comparing(tensor -> common.number(tensor.name()))).toList();
      List<Integer> numbers = byNumber.stream().map(tensor -> common.number(tensor.name())).toList();
      if (Progression.of(numbers).filter(p -> p.distance() == 1 && p.first() <= numbers.size()).isPresent()) {
        return new Series(common.text(), numbers.get(0), byNumber);
      }
    }
    return new Series(common.text(), 0, byAge);
  }

  /** What the names have in common, without numbers. */
  static String commonName(List<String> names) {
    return Name.of(names).text();
  }

  /** What comes before and after the numbers in some names. */
  private record Name(String prefix, String suffix) {

    static Name of(List<String> names) {
      String prefix = names.stream().reduce(Series::commonPrefix).orElseThrow().replaceAll("[0-9]+$", "");
      String suffix = names.stream().map(name -> name.substring(prefix.length())).reduce(Series::commonSuffix).orElseThrow()
          .replaceAll("^[0-9]+", "");
      return new Name(prefix, suffix);
    }

    String text() {
      return prefix.isEmpty() && suffix.isEmpty() ? "matrices" : prefix.replaceAll("_$", "") + suffix;
    }

    private String middle(String name) {
      return name.substring(prefix.length(), name.length() - suffix.length());
    }

    boolean isNumbered(String name) {
      return middle(name).matches("[0-9]{1,6}");
    }

    int number(String name) {
      return Integer.parseInt(middle(name));
    }
  }

  private static String commonPrefix(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return one.substring(0, length);
  }

  private static String commonSuffix(String one, String other) {
    return reversed(commonPrefix(reversed(one), reversed(other)));
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  int size() {
    return first + tensors.size();
  }
}
