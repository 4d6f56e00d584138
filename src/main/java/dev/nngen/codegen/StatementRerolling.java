package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.plan.Repetition;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Writes statements about matrices, as a loop if they repeat for consecutive matrices of arrays. */
final class StatementRerolling {

  /** Minimum number of rounds of a loop. */
  private static final int FEWEST_ROUNDS = 8;

  /** Maximum number of statements in a loop. */
  private static final int MOST_STATEMENTS = 16;

  /**
   * A statement.
   *
   * @param format JavaPoet's, with a {@code $L} or {@code $T} for each argument
   * @param arguments a {@link Tensor} is written as the matrix that holds it; a {@link Place} is a number that may change from round to round
   */
  record Line(String format, Object... arguments) {}

  /** A number that increases with the rounds, such as a position in a list. */
  record Place(int number) {}

  private final Members members;
  private final String variable;
  private final List<Line> lines;

  private StatementRerolling(Members members, List<Line> lines) {
    this.members = members;
    this.variable = members.round();
    this.lines = lines;
  }

  /** Returns the statements in their order. */
  static List<CodeBlock> roll(List<Line> lines, Members members) {
    return new StatementRerolling(members, lines).write();
  }

  private List<CodeBlock> write() {
    List<CodeBlock> code = new ArrayList<>();
    int at = 0;
    for (Repetition.Stretch stretch : Repetition.find(lines, this::change, FEWEST_ROUNDS, MOST_STATEMENTS)) {
      lines.subList(at, stretch.start()).forEach(line -> code.add(statement(line, members::name, Place::number)));
      code.add(loop(stretch));
      at = stretch.end();
    }
    lines.subList(at, lines.size()).forEach(line -> code.add(statement(line, members::name, Place::number)));
    return code;
  }

  /** Returns the differences of the indices; empty if the lines differ in anything else. */
  private Optional<?> change(Line line, Line later) {
    List<Integer> change = new ArrayList<>();
    boolean alike = line.format().equals(later.format()) && line.arguments().length == later.arguments().length;
    for (int k = 0; alike && k < line.arguments().length; k++) {
      Optional<? extends LayerLoop.Place<?>> one = place(line.arguments()[k]);
      Optional<? extends LayerLoop.Place<?>> other = place(later.arguments()[k]);
      alike = one.isPresent() && other.isPresent() ? one.get().array().equals(other.get().array())
          : line.arguments()[k].equals(later.arguments()[k]);
      change.add(alike && one.isPresent() ? other.orElseThrow().index() - one.get().index() : 0);
    }
    return alike ? Optional.of(change) : Optional.empty();
  }

  private Optional<? extends LayerLoop.Place<?>> place(Object argument) {
    return argument instanceof Tensor tensor ? members.place(tensor)
        : argument instanceof Place place ? Optional.of(new LayerLoop.Place<>(Place.class, place.number())) : Optional.empty();
  }

  private CodeBlock loop(Repetition.Stretch stretch) {
    List<Line> first = lines.subList(stretch.start(), stretch.start() + stretch.period());
    Map<Object, Progression> indices = new LinkedHashMap<>();
    for (int k = stretch.start(); k < stretch.start() + stretch.period(); k++) {
      for (int argument = 0; argument < lines.get(k).arguments().length; argument++) {
        Optional<? extends LayerLoop.Place<?>> place = place(lines.get(k).arguments()[argument]);
        if (place.isPresent()) {
          int next = place(lines.get(k + stretch.period()).arguments()[argument]).orElseThrow().index();
          indices.put(lines.get(k).arguments()[argument], new Progression(place.get().index(), next - place.get().index()));
        }
      }
    }
    Progression count = indices.values().stream().filter(Progression::isCount).findFirst().orElse(new Progression(0, 1));
    CodeBlock.Builder code = CodeBlock.builder().add(count.loop(variable, stretch.rounds())).add(" {\n$>");
    first.forEach(line -> code.add(statement(line,
        tensor -> indices.containsKey(tensor) ? members.array(tensor) + "[" + indices.get(tensor).text(variable, count) + "]" : members.name(tensor),
        place -> indices.get(place).text(variable, count))));
    return code.add("$<}\n").build();
  }

  private static CodeBlock statement(Line line, Function<Tensor, String> names, Function<Place, Object> numbers) {
    Object[] arguments = Arrays.stream(line.arguments()).map(argument -> argument instanceof Tensor tensor ? names.apply(tensor)
        : argument instanceof Place place ? numbers.apply(place) : argument).toArray();
    return CodeBlock.builder().addStatement(line.format(), arguments).build();
  }
}
