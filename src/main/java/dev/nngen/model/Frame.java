package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an expression may see where it stands: names, the kind of code, the orientation, where layer calls are noted. */
final class Frame {

  /** In scalar code an expression is written for one entry, so {@code *} and {@code ^} are entrywise. */
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
  /** Names bound so far, in the order of the text. */
  final Map<String, Binding> bindings;
  /** Names that the text defines further down, and where. */
  final Map<String, Span> later;
  /** In optimizers: names of the model, which cannot be seen from there. */
  final Map<String, Span> hidden;
  /** Where calls of layers are noted; empty where layers that own parameters may not be called. */
  final Optional<CallSite> site;
  /** In initializers: what the parameter is, for fanIn and fanOut. */
  final Optional<Fan> fan;
  /** The blocks over indices around, the outermost first. */
  final List<Block> blocks;
  /** States that the text declares, by their places among all. */
  final Map<String, Integer> states;

  /** How many values enter and leave a parameter. */
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

  /** A frame without names, for a body in the given file. */
  static Frame of(FileScope file, Code code, boolean rows) {
    return new Frame(file, code, rows, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
        Optional.empty(), Optional.empty(), new LinkedHashMap<>(), List.of());
  }

  /** A frame for a block: it sees the names bound so far, and what it binds stays in it. */
  Frame inside(Block block) {
    List<Block> all = new ArrayList<>(blocks);
    all.add(block);
    return new Frame(file, code, rows, new LinkedHashMap<>(bindings), later, hidden, site, fan, states, all);
  }

  /** The same names, with layer calls noted elsewhere. */
  Frame at(CallSite callSite) {
    return new Frame(file, code, rows, bindings, later, hidden, Optional.of(callSite), fan, states, blocks);
  }

  Frame with(Fan parameter) {
    return new Frame(file, code, rows, bindings, later, hidden, site, Optional.of(parameter), states, blocks);
  }

  /** The same names, seen by another kind of code. */
  Frame as(Code other) {
    return new Frame(file, other, rows, bindings, later, hidden, Optional.empty(), fan, states, blocks);
  }

  /** The same names, those of states for other values. */
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
