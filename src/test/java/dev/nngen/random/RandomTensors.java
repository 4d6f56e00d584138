package dev.nngen.random;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Model texts of tensors: index equations with affine reads, strides, paddings, conditions and whole numbers over values of up to four axes and samples,
 * operations of matrices that are lifted to them, layers, recurrences, rounds, states, noise, gradients as values, and sizes that are known at run
 * time only. Values are kept small by bounded functions. The loss reaches every value that nothing else reads.
 */
public final class RandomTensors {

  /** In the place of a size: that which is known at run time only. */
  private static final int OPEN = 0;
  private static final String[] LETTERS = {"i", "j", "k", "l", "p", "q", "r", "u", "v", "w", "x", "y", "z"};
  private static final String[] BOUNDED = {"tanh(A)", "sin(A)", "sigmoid(A)", "A / (1 + A^2)", "softsign(A)", "relu(tanh(A))", "cos(A)", "exp(-A^2)", "tanh(A)^2"};
  private static final String[] BOUNDED_ROWS = {"tanh(A)", "sin(A)", "softsign(A)", "(A) ./ (1 + (A).^2)"};
  private static final String[] LIFTED = {"tanh(A)", "sigmoid(A)", "softsign(A)", "A ./ (1 + A.^2)", "relu(A)", "sin(A)", "leakyrelu(A)", "abs(A)"};
  private static final int MOST_ENTRIES = 60;

  /**
   * A value that can be read.
   *
   * @param sizes those of its axes but that of samples, in the order of the text
   * @param samples whether it has one for each sample
   */
  private record Tensor(String name, List<Integer> sizes, boolean samples) {
    int axes() {
      return sizes.size();
    }

    int entries() {
      return sizes.stream().mapToInt(size -> size == OPEN ? 3 : size).reduce(1, (a, b) -> a * b);
    }
  }

  /** An index and how many values it has. */
  private record Index(String name, int size) {}

  private record Words(String name, List<Integer> sizes, int count) {}

  private final Random random;
  private final boolean rows;
  private final boolean open;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Tensor> known = new LinkedHashMap<>();
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Words> words = new ArrayList<>();
  /** Values that are one number for each sample and step, which matrices show with an axis more. */
  private final Set<String> rowsOfSamples = new HashSet<>();
  /** The axes that each index subscripts alone in the statement being written, by size. */
  private final Map<String, List<Integer>> alone = new HashMap<>();
  private boolean samples;
  private int names;

  private RandomTensors(long seed) {
    random = new Random(new SplittableRandom(seed).nextLong());
    rows = random.nextInt(4) == 0;
    open = random.nextInt(4) == 0;
  }

  /** A model called {@code R}. */
  public static String next(long seed) {
    return new RandomTensors(seed).model();
  }

  private String model() {
    text.append(rows ? "samples rows;\n" : "").append(oneOf("", "", "precision f32;\n")).append("model R {\n").append(open ? "  size time;\n" : "");
    data();
    for (int k = 2 + random.nextInt(4); k > 0; k--) {
      switch (random.nextInt(12)) {
        case 0, 1 -> lifted();
        case 2, 3 -> block();
        case 4 -> layer();
        case 5 -> rounds();
        case 6 -> training();
        case 7 -> gradient();
        default -> equation();
      }
    }
    loss();
    return text.append("}\n").toString();
  }

  // Declarations.

  private void data() {
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      List<Integer> sizes = sizes(1 + random.nextInt(3), true);
      String name = name("X");
      line("input " + name + declared(sizes, sizes.size() > 1 || sizes.contains(OPEN)));
      known.put(name, new Tensor(name, sizes, true));
    }
    if (random.nextInt(4) == 0) {
      List<Integer> sizes = sizes(2, false);
      String name = name("F");
      line("input " + name + sizes);
      known.put(name, new Tensor(name, sizes, false));
    }
    if (random.nextInt(3) == 0) {
      Words word = new Words("word", sizes(random.nextInt(2), false), 2 + random.nextInt(3));
      line("input word" + (word.sizes.isEmpty() ? "" : word.sizes.toString()) + " of " + word.count);
      words.add(word);
    }
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      parameter(sizes(random.nextInt(5), false));
    }
  }

  private Tensor parameter(List<Integer> sizes) {
    String name = name("K");
    line("param " + name + (sizes.isEmpty() ? "" : sizes.toString()) + oneOf("", " = 0.4", " = normal(1)", " = uniform(0.7)"));
    Tensor tensor = new Tensor(name, sizes, false);
    known.put(name, tensor);
    parameters.add(tensor);
    return tensor;
  }

  private String declared(List<Integer> sizes, boolean withSamples) {
    List<String> all = new ArrayList<>(sizes.stream().map(this::text).toList());
    if (withSamples) {
      all.add(rows ? 0 : all.size(), "m");
    }
    return all.toString();
  }

  private List<Integer> sizes(int axes, boolean mayBeOpen) {
    List<Integer> sizes = new ArrayList<>();
    for (int k = 0; k < axes; k++) {
      sizes.add(size());
    }
    if (open && mayBeOpen && axes > 0 && random.nextInt(3) > 0) {
      sizes.set(random.nextInt(axes), OPEN);
    }
    return sizes;
  }

  private int size() {
    return 1 + random.nextInt(4);
  }

  private String text(int size) {
    return size == OPEN ? "time" : Integer.toString(size);
  }

  private String name(String letter) {
    return letter + names++;
  }

  private void line(String statement) {
    text.append("  ").append(statement).append(";\n");
  }

  private void define(String name, List<Integer> sizes) {
    known.put(name, new Tensor(name, sizes, samples));
  }

  // Index equations.

  private void equation() {
    List<Integer> sizes = sizes(1 + random.nextInt(3), true);
    String name = name("E");
    line(equation(name, sizes, List.of()));
    define(name, sizes);
  }

  /** An equation for a value of these sizes, within the scope of the indices of blocks. */
  private String equation(String name, List<Integer> sizes, List<Index> outer) {
    alone.clear();
    samples = false;
    List<Index> left = IntStream.range(0, sizes.size()).mapToObj(k -> new Index(LETTERS[k], sizes.get(k))).toList();
    List<Index> scope = new ArrayList<>(outer);
    scope.addAll(left);
    String right = number(scope, 3) + (random.nextInt(3) == 0 ? " + " + number(scope, 1) : "");
    return name + "[" + left.stream().map(this::bound).collect(Collectors.joining(", ")) + "] = " + right;
  }

  /** An index with its size, which is left out now and then where the axes that it subscripts alone say it. */
  private String bound(Index index) {
    List<Integer> axes = alone.getOrDefault(index.name, List.of());
    boolean told = !axes.isEmpty() && axes.stream().allMatch(size -> size == index.size);
    return index.name + (told && random.nextBoolean() ? "" : ": " + text(index.size));
  }

  private String number(List<Index> scope, int depth) {
    if (depth <= 0) {
      return random.nextInt(6) == 0 && !scope.isEmpty() ? "(" + oneOf(scope).name + " + 1)" : read(scope);
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> reduction(scope, depth);
      case 3 -> oneOf(BOUNDED).replace("A", "(" + number(scope, depth - 1) + ")");
      case 4 -> "(" + number(scope, depth - 1) + " " + oneOf("+", "-") + " " + number(scope, depth - 1) + ")";
      case 5 -> scope.isEmpty() ? read(scope) : "where(" + condition(scope) + ", " + number(scope, depth - 1) + ", " + number(scope, depth - 2) + ")";
      case 6 -> number(scope, depth - 1) + " / (1 + " + number(scope, 0) + "^2)";
      default -> number(scope, depth - 1) + " * " + read(scope);
    };
  }

  private String reduction(List<Index> scope, int depth) {
    List<Index> bound = new ArrayList<>();
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      int size = open && random.nextInt(3) == 0 ? OPEN : size();
      bound.add(new Index(LETTERS[scope.size() + bound.size()], size));
    }
    List<Index> inner = new ArrayList<>(scope);
    inner.addAll(bound);
    String kind = oneOf("sum", "sum", "sum", "mean", "max", "min");
    String body = number(inner, depth - 1) + (random.nextBoolean() ? " * " + read(inner) : "");
    String condition = kind.equals("sum") && random.nextInt(3) == 0 ? " : " + condition(inner) : "";
    String indices = bound.stream().map(this::bound).collect(Collectors.joining(", "));
    bound.forEach(index -> alone.remove(index.name));
    return "(" + kind + "[" + indices + condition + "] " + body + ")";
  }

  private String condition(List<Index> scope) {
    String one = oneOf(scope).name;
    String other = random.nextBoolean() ? oneOf(scope).name : Integer.toString(random.nextInt(3));
    String simple = one + oneOf("", " + 1", "") + " " + oneOf("<=", "<", "==", "!=", ">", ">=") + " " + oneOf("", "", "2*") + other;
    if (random.nextInt(5) == 0) {
      Words word = words.isEmpty() ? null : oneOf(words);
      simple = word == null ? "!(" + simple + ")" : simple + oneOf(" && ", " || ") + one + " <= " + word(word);
    }
    return simple;
  }

  private String word(Words word) {
    samples = true;
    return word.name + (word.sizes.isEmpty() ? "" : "[" + word.sizes.stream().map(size -> Integer.toString(random.nextInt(size))).collect(Collectors.joining(", ")) + "]");
  }

  /** A value at affine positions, padded where they may leave it. */
  private String read(List<Index> scope) {
    List<Tensor> all = new ArrayList<>(known.values());
    return read(all.get(random.nextInt(all.size())), scope);
  }

  private String read(Tensor tensor, List<Index> scope) {
    samples |= tensor.samples;
    if (tensor.axes() == 0) {
      return tensor.name;
    }
    List<String> subscripts = new ArrayList<>();
    boolean leaves = false;
    for (int size : tensor.sizes) {
      Subscript subscript = subscript(scope, size);
      if (tensor.name.contains("(")) {
        alone.getOrDefault(subscript.text, new ArrayList<>()).add(-1);
      }
      subscripts.add(subscript.text);
      leaves |= subscript.leaves;
    }
    boolean padded = leaves || random.nextInt(8) == 0;
    return (padded ? "pad(" + tensor.name + oneOf("", "", ", 0.5", ", -1") + ")" : tensor.name) + "[" + String.join(", ", subscripts) + "]";
  }

  private record Subscript(String text, boolean leaves) {}

  private Subscript subscript(List<Index> scope, int size) {
    List<Index> fitting = scope.stream().filter(index -> index.size == size).toList();
    if (!fitting.isEmpty() && random.nextInt(3) > 0) {
      Index index = oneOf(fitting);
      return random.nextInt(8) == 0 ? new Subscript("end - " + index.name, false) : alone(index, size);
    }
    if (size == OPEN) {
      return fitting.isEmpty() || random.nextInt(2) == 0 ? new Subscript(oneOf("0", "end"), false)
          : new Subscript(oneOf(fitting).name + oneOf(" + 1", " - 1", " - 2"), true);
    }
    List<Index> closed = scope.stream().filter(index -> index.size != OPEN).toList();
    if (closed.isEmpty() || random.nextInt(5) == 0) {
      int at = random.nextInt(size);
      return new Subscript(random.nextInt(4) == 0 ? at == 0 ? "end" : "end - " + at : Integer.toString(at), false);
    }
    Words word = words.isEmpty() ? null : oneOf(words);
    if (word != null && word.count <= size && random.nextInt(2) == 0) {
      return new Subscript(word(word), false);
    }
    return affine(closed, size);
  }

  private Subscript alone(Index index, int size) {
    alone.computeIfAbsent(index.name, name -> new ArrayList<>()).add(size);
    return new Subscript(index.name, false);
  }

  private Subscript affine(List<Index> scope, int size) {
    Index one = oneOf(scope);
    int factor = 1 + random.nextInt(3);
    int shift = random.nextInt(4) - 2;
    if (random.nextInt(6) == 0) {
      int divisor = 2 + random.nextInt(2);
      return new Subscript("floor(" + one.name + " / " + divisor + ")", (one.size - 1) / divisor >= size);
    }
    String text = (factor == 1 ? "" : factor + "*") + one.name;
    int least = shift;
    int most = shift + factor * (one.size - 1);
    if (random.nextBoolean()) {
      Index other = oneOf(scope);
      int sign = random.nextInt(3) == 0 ? -1 : 1;
      text += (sign < 0 ? " - " : " + ") + other.name;
      least += sign < 0 ? 1 - other.size : 0;
      most += sign < 0 ? 0 : other.size - 1;
    }
    if (text.equals(one.name) && shift == 0) {
      alone(one, size);
    }
    text += shift == 0 ? "" : shift < 0 ? " - " + -shift : " + " + shift;
    return new Subscript(text, least < 0 || most >= size);
  }

  // Operations of matrices, lifted.

  private void lifted() {
    Tensor value = sampled();
    String name = name("L");
    samples = true;
    int features = features(value);
    switch (random.nextInt(5)) {
      case 0 -> {
        int units = size();
        Tensor weights = parameter(rows ? List.of(features, units) : List.of(units, features));
        line(name + " = tanh(" + (rows ? value.name + " * " + weights.name : weights.name + " * " + value.name) + ")");
        define(name, with(value, units));
      }
      case 1 -> {
        line(name + " = softmax(" + value.name + ") .* " + value.name);
        define(name, value.sizes);
      }
      case 2 -> {
        Tensor bias = parameter(List.of(features));
        line(name + " = " + oneOf(LIFTED).replace("A", "(" + value.name + " " + oneOf("+", "-", ".*") + " " + bias.name + ")"));
        define(name, value.sizes);
      }
      case 3 -> {
        if (value.axes() == 2) {
          line(name + " = tanh(" + value.name + "' * " + value.name + ")");
          define(name, List.of(value.sizes.get(1), value.sizes.get(1)));
        } else {
          line(name + " = tanh(" + (rows ? "rowsum(" : "colsum(") + value.name + ")) .* " + value.name);
          define(name, value.sizes);
        }
      }
      default -> {
        line(name + " = " + oneOf(LIFTED).replace("A", "(" + value.name + ")") + " - " + (rows ? "rowmax(" : "colmax(") + value.name + ")");
        define(name, value.sizes);
      }
    }
  }

  private void layer() {
    Tensor value = sampled();
    String name = name("N");
    samples = true;
    int c = features(value);
    switch (random.nextInt(7)) {
      case 0 -> {
        line(name + " = " + oneOf("layernorm", "rmsnorm") + "(" + value.name + ", eps = 0.1)");
        define(name, value.sizes);
      }
      case 1 -> {
        int units = size();
        line(name + " = dense(" + value.name + ", " + units + ", tanh)");
        define(name, with(value, units));
      }
      case 2 -> {
        line(name + " = batchnorm(" + value.name + ", eps = 0.5)");
        define(name, value.sizes);
      }
      case 3 -> {
        if (value.axes() == 2) {
          int units = size();
          line(name + " = " + oneOf("rnn", "gru", "lstm") + "(" + value.name + ", " + units + ")");
          define(name, with(value, units));
        }
      }
      case 4 -> {
        if (value.axes() == 2) {
          int heads = c % 2 == 0 ? 2 : 1;
          line(name + " = " + oneOf("attention", "causalattention") + "(" + value.name + ", " + heads + ")");
          define(name, value.sizes);
        }
      }
      case 5 -> {
        if (value.axes() == 3 && !value.sizes.contains(OPEN)) {
          int maps = size();
          line(name + " = tanh(conv2d(" + value.name + ", " + maps + ", 3, padding = 1))");
          define(name, with(value, maps));
        }
      }
      default -> {
        if (!value.sizes.contains(OPEN)) {
          line(name + " = dense(flatten(" + value.name + "), 2, tanh)");
          define(name, List.of(2));
        }
      }
    }
  }

  private int features(Tensor value) {
    return value.sizes.get(rows ? value.axes() - 1 : 0);
  }

  /** The sizes of a value with another number of features. */
  private List<Integer> with(Tensor value, int features) {
    List<Integer> sizes = new ArrayList<>(value.sizes);
    sizes.set(rows ? sizes.size() - 1 : 0, features);
    return sizes;
  }

  /** A value of a few entries for each sample, whose features are of a size known at compile time. */
  private Tensor sampled() {
    List<Tensor> all = known.values().stream().filter(value -> value.samples && value.axes() > 0 && !rowsOfSamples.contains(value.name) && features(value) != OPEN && value.entries() <= MOST_ENTRIES).toList();
    if (!all.isEmpty()) {
      return oneOf(all);
    }
    String name = name("X");
    line("input " + name + "[3]");
    known.put(name, new Tensor(name, List.of(3), true));
    return known.get(name);
  }

  // Recurrences.

  private void block() {
    int length = open && random.nextBoolean() ? OPEN : 1 + random.nextInt(5);
    Index step = new Index("t", length);
    String carried = oneOf("prev", "prev", "next", "");
    Map<String, Tensor> outside = new LinkedHashMap<>(known);
    List<Tensor> carries = new ArrayList<>();
    for (int k = carried.isEmpty() ? 0 : 1 + random.nextInt(2); k > 0; k--) {
      carries.add(new Tensor(name("H"), sizes(random.nextInt(3), false), true));
    }
    StringBuilder starts = new StringBuilder();
    for (Tensor carry : carries) {
      starts.append("    start ").append(carry.name).append(" = ").append(start(carry)).append(";\n");
      String before = carried + "(" + carry.name + ")";
      known.put(before, new Tensor(before, carry.sizes, true));
    }
    StringBuilder inside = new StringBuilder();
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (int k = random.nextInt(2) + (carries.isEmpty() ? 1 : 0); k > 0; k--) {
      List<Integer> sizes = sizes(1 + random.nextInt(2), false);
      String name = name("B");
      inside.append("    ").append(equation(name, sizes, List.of(step))).append(";\n");
      known.put(name, new Tensor(name, sizes, samples));
      results.put(name, known.get(name));
    }
    for (Tensor carry : carries) {
      inside.append("    ").append(step(carry, carried, step)).append(";\n");
      known.put(carry.name, carry);
      results.put(carry.name, carry);
    }
    text.append("  over t: ").append(text(length)).append(" {\n").append(starts).append(inside).append("  }\n");
    known.clear();
    known.putAll(outside);
    results.forEach((name, value) -> {
      List<Integer> sizes = new ArrayList<>(value.sizes);
      sizes.add(rows ? 0 : sizes.size(), length);
      known.put(name, new Tensor(name, sizes, value.samples));
      if (value.axes() == 0) {
        rowsOfSamples.add(name);
      }
    });
  }

  private String start(Tensor carry) {
    List<String> same = parameters.stream().filter(parameter -> parameter.sizes.equals(carry.sizes)).map(Tensor::name).toList();
    return same.isEmpty() || random.nextBoolean() ? oneOf("0", "0", "1", "0.5") : oneOf(same);
  }

  /** A carried value by what it was a step before, in bounds. */
  private String step(Tensor carry, String carried, Index step) {
    List<Tensor> data = known.values().stream().filter(value -> value.samples && !value.name.contains("(") && value.axes() > 0).toList();
    Tensor datum = data.isEmpty() ? sampled() : oneOf(data);
    List<Index> scope = new ArrayList<>(List.of(step));
    for (int k = 0; k < carry.axes(); k++) {
      scope.add(new Index(LETTERS[k], carry.sizes.get(k)));
    }
    alone.clear();
    if (carry.axes() == 0) {
      samples = true;
      return carry.name + " = " + oneOf(BOUNDED_ROWS).replace("A", oneOf("0.5", "0.9") + " * " + carried + "(" + carry.name + ") + " + read(datum, scope));
    }
    String indices = scope.subList(1, scope.size()).stream().map(Index::name).collect(Collectors.joining(", "));
    // What is not taken must not be drawn: its subscripts would tell sizes.
    String factor = random.nextInt(3) == 0 ? number(scope, 1) : oneOf("0.5", "0.9");
    String more = factor + " * " + carried + "(" + carry.name + ")[" + indices + "] + " + read(datum, scope);
    more += switch (random.nextInt(3)) {
      case 0 -> "";
      case 1 -> " * " + number(scope, 1);
      default -> " + " + number(scope, 2);
    };
    samples = true;
    return carry.name + "[" + scope.subList(1, scope.size()).stream().map(this::bound).collect(Collectors.joining(", ")) + "] = "
        + oneOf(BOUNDED).replace("A", "(" + more + ")");
  }

  // Rounds, training, gradients, losses.

  private void rounds() {
    Tensor value = sampled();
    String name = name("D");
    samples = true;
    line(name + " = tanh(" + value.name + ")");
    int features = features(value);
    String inside = switch (random.nextInt(3)) {
      case 0 -> name + " = dense(" + name + ", " + features + ", tanh);";
      case 1 -> name + " = " + name + " + layernorm(" + name + ", eps = 0.3);";
      default -> name + "a = dense(" + name + ", 2); " + name + " = sin(" + name + ") + dense(" + name + "a, " + features + ");";
    };
    text.append("  repeat ").append(1 + random.nextInt(3)).append(" { ").append(inside).append(" }\n");
    define(name, value.sizes);
  }

  private void training() {
    Tensor value = sampled();
    String name = name("S");
    samples = true;
    switch (random.nextInt(3)) {
      case 0 -> {
        line("noise " + name + "u[shape(" + value.name + ")] = " + oneOf("bernoulli(0.7)", "normal(0.3)", "uniform(0.5)"));
        line(name + " = training(" + value.name + " .* " + name + "u, " + value.name + ")");
        define(name, value.sizes);
      }
      case 1 -> {
        line(name + " = dropout(" + value.name + ", 0.3)");
        define(name, value.sizes);
      }
      default -> {
        line("state " + name + "s[" + features(value) + "] = 0.2");
        String mean = (rows ? "colsum(" : "rowsum(") + value.name + ") / m";
        line(name + " = " + value.name + " .* training(sigmoid(" + mean + "), " + name + "s)");
        line("update " + name + "s = 0.9 * " + name + "s + 0.1 * " + mean);
        define(name, value.sizes);
      }
    }
  }

  private void gradient() {
    Tensor by = oneOf(parameters);
    Tensor value = oneOf(new ArrayList<>(known.values()));
    String name = name("G");
    line(name + "s = sum(tanh(" + value.name + ")) + sum(" + by.name + ".^3)");
    line(name + " = grad(" + name + "s, " + by.name + ")");
    samples = false;
    define(name, by.sizes);
  }

  private void loss() {
    String body = text.toString();
    List<String> terms = new ArrayList<>();
    for (Tensor other : known.values()) {
      if (body.split("\\b" + other.name + "\\b", -1).length <= 2 || random.nextInt(4) == 0) {
        terms.add(oneOf("mean(A.^2)", "mean(tanh(A))", "sum(A) / m", "mean(A.^3)", "sum(sin(A))").replace("A", other.name));
      }
    }
    Tensor value = sampled();
    if (random.nextInt(3) == 0 && value.axes() == 1) {
      line("target label of 3");
      line("Q = softmax(dense(" + value.name + ", 3))");
      terms.add("mean(crossentropy(Q, label))");
    }
    line("minimize J = " + String.join(" + ", terms.isEmpty() ? List.of("l2(0.1)") : terms));
    line("train " + oneOf("sgd(rate = 0.1)", "adam(rate = 1e-2)"));
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
