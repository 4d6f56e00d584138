package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The context of an expression: names, kind of code, orientation, and the site that records layer calls. */
final class Frame {

  /** Kind of code. In scalar code an expression is written for one entry, so {@code *} and {@code ^} are entrywise. */
  enum Code {
    MATRIX("matrix code"), FUNCTION("a function of scalars"), INIT("an initializer"), OPTIMIZER("an optimizer");

    final String article;

    Code(String article) {
      this.article = article;
    }

    boolean isScalar() {
      return this != MATRIX;
    }
  }

  final FileScope file;
  final Code code;
  final boolean rows;
  /** Names bound so far, in source order. */
  final Map<String, Binding> bindings;
  /** Names that the text defines later, with their definitions. */
  final Map<String, Span> later;
  /** In optimizers: names of the model, which are not visible. */
  final Map<String, Span> hidden;
  /** Site that records calls of layers; empty if layers with parameters must not be called. */
  final Optional<CallSite> site;
  /** In initializers: the values of fanIn and fanOut. */
  final Optional<Fan> fan;
  /** The enclosing blocks over indices, outermost first. */
  final List<Block> blocks;
  /** States declared in the text, by their indices among all. */
  final Map<String, Integer> states;

  /** The number of values that enter and leave a parameter. */
  record Fan(int in, int out) {}

  private Frame(FileScope file, Code code, boolean rows, Map<String, Binding> bindings, Map<String, Span> later,
      Map<String, Span> hidden, Optional<CallSite> site, Optional<Fan> fan, Map<String, Integer> states, List<Block> blocks) {
    this.file = file;
    this.code = code;
    this.rows = rows;
    this.bindings = bindings;
    this.later = later;
    this.hidden = hidden;
    this.site = site;
    this.fan = fan;
    this.states = states;
    this.blocks = List.copyOf(blocks);
  }

  /** Returns a frame without names, for a body in the given file. */
  static Frame of(FileScope file, Code code, boolean rows) {
    return new Frame(file, code, rows, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
        Optional.empty(), Optional.empty(), new LinkedHashMap<>(), List.of());
  }

  /** Returns a frame for a block: it sees the names bound so far, and its own bindings stay in it. */
  Frame inside(Block block) {
    List<Block> all = new ArrayList<>(blocks);
    all.add(block);
    return new Frame(file, code, rows, new LinkedHashMap<>(bindings), later, hidden, site, fan, states, all);
  }

  /** Returns a frame with the same names that records layer calls at another site. */
  Frame at(CallSite callSite) {
    return new Frame(file, code, rows, bindings, later, hidden, Optional.of(callSite), fan, states, blocks);
  }

  Frame with(Fan parameter) {
    return new Frame(file, code, rows, bindings, later, hidden, site, Optional.of(parameter), states, blocks);
  }

  /** Returns a frame with the same names for another kind of code. */
  Frame as(Code other) {
    return new Frame(file, other, rows, bindings, later, hidden, Optional.empty(), fan, states, blocks);
  }

  /** Returns a frame with the same names and other values of states. */
  Frame withStates(Map<Integer, Integer> values) {
    Map<String, Binding> replaced = new LinkedHashMap<>(bindings);
    states.forEach((name, state) -> {
      if (values.containsKey(state)) {
        replaced.put(name, new Binding.Bound(values.get(state), Optional.empty()));
      }
    });
    return new Frame(file, code, rows, replaced, later, hidden, site, fan, states, blocks);
  }

  void bind(String name, Binding binding) {
    bindings.put(name, binding);
    later.remove(name);
  }

  void bind(String name, int value, Span declared) {
    bind(name, new Binding.Bound(value, Optional.of(declared)));
  }
}
