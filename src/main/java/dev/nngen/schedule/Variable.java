package dev.nngen.schedule;

import java.util.List;

/**
 * A variable of a loop program: a loop's counter, an index, a number or a vector.
 *
 * @param id unique in the program
 * @param name suggested name; not necessarily unique
 * @param suffix distinguishes variables of that name; empty if there is one
 * @param subscripts counters that distinguish it from another variable of that name
 */
public record Variable(int id, String name, String suffix, List<Variable> subscripts) {

  public Variable {
    subscripts = List.copyOf(subscripts);
  }

  /** Variables numbered from 0. */
  public static final class Source {
    private int count;

    public Variable next(String name) {
      return next(name, List.of());
    }

    public Variable next(String name, List<Variable> subscripts) {
      return next(name, "", subscripts);
    }

    Variable next(String name, String suffix, List<Variable> subscripts) {
      return new Variable(count++, name, suffix, subscripts);
    }
  }
}
