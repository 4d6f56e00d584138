package dev.nngen.codegen;

import dev.nngen.plan.Tensor;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Matrices that are elements of an array field.
 *
 * @param suggestion a name for the array: the common part of the tensors' names
 * @param first index of the first matrix; numbered matrices have their numbers as indices
 */
record MatrixArray(String suggestion, int first, List<Tensor> tensors) {

  /** Returns the tensors in the order of the numbers in their names, or else in their order of creation. */
  static MatrixArray of(Collection<Tensor> tensors) {
    List<Tensor> byAge = tensors.stream().sorted(Comparator.comparing(Tensor::id)).toList();
    Name common = Name.of(byAge.stream().map(Tensor::name).toList());
    if (byAge.stream().allMatch(tensor -> common.isNumbered(tensor.name()))) {
      List<Tensor> byNumber = byAge.stream().sorted(Comparator.comparing(tensor -> common.number(tensor.name()))).toList();
      List<Integer> numbers = byNumber.stream().map(tensor -> common.number(tensor.name())).toList();
      if (Progression.of(numbers).filter(p -> p.distance() == 1 && p.first() <= numbers.size()).isPresent()) {
        return new MatrixArray(common.text(), numbers.get(0), byNumber);
      }
    }
    return new MatrixArray(common.text(), 0, byAge);
  }

  /** Returns the common part of the names, without numbers. */
  static String commonName(List<String> names) {
    return Name.of(names).text();
  }

  /** The text before and after the numbers of a name. */
  private record Name(String prefix, String suffix) {

    static Name of(List<String> names) {
      String prefix = names.stream().reduce(MatrixArray::commonPrefix).orElseThrow().replaceAll("[0-9]+$", "");
      String suffix = names.stream().map(name -> name.substring(prefix.length())).reduce(MatrixArray::commonSuffix).orElseThrow()
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
