package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Selects the boxes of the picture. Consecutive values that repeat earlier definitions share one box, so that a deep network stays legible. */
record PictureFolding(List<Definition> forward, List<Adjoint> backward) {

  static PictureFolding of(Derivation derivation) {
    Map<String, String> folded = folded(derivation.forward());
    Map<String, Definition> forward = new LinkedHashMap<>();
    for (Definition definition : derivation.forward()) {
      String box = folded.getOrDefault(definition.name(), definition.name());
      Set<String> uses = new LinkedHashSet<>(forward.containsKey(box) ? forward.get(box).uses() : List.of());
      definition.uses().stream().map(used -> folded.getOrDefault(used, used)).filter(used -> used.equals(definition.name()) || !used.equals(box)).forEach(uses::add);
      boolean given = folded.containsKey(definition.name()) && definition.right().isEmpty();
      if (!given) {
        forward.put(box, box.equals(definition.name()) ? with(definition, List.copyOf(uses))
            : new Definition(box, "", Role.VALUE, definition.left(), Optional.empty(), "", List.copyOf(uses), Optional.empty()));
      }
    }
    Map<String, Adjoint> backward = new LinkedHashMap<>();
    Map<String, String> gradients = new LinkedHashMap<>();
    derivation.backward().forEach(adjoint -> gradients.put(adjoint.name(), folded.containsKey(adjoint.value()) ? "d/d" + folded.get(adjoint.value()) : adjoint.name()));
    derivation.backward().stream().filter(adjoint -> !adjoint.shared()).forEach(adjoint -> {
      boolean isFolded = folded.containsKey(adjoint.value());
      if (!isFolded || !adjoint.parameter()) {
        String value = folded.getOrDefault(adjoint.value(), adjoint.value());
        String name = gradients.get(adjoint.name());
        Set<String> from = new LinkedHashSet<>(backward.containsKey(value) ? backward.get(value).from() : List.of());
        adjoint.from().stream().map(source -> gradients.getOrDefault(source, source)).filter(source -> !isFolded || !source.equals(name)).forEach(from::add);
        backward.put(value, new Adjoint(isFolded ? name : adjoint.name(), value, false, isFolded ? "" : adjoint.shape(), adjoint.parameter(), adjoint.left(), adjoint.lines(), "", "",
            List.copyOf(from), List.of(), Optional.empty()));
      }
    });
    return new PictureFolding(List.copyOf(forward.values()), List.copyOf(backward.values()));
  }

  private static Definition with(Definition definition, List<String> uses) {
    return new Definition(definition.name(), definition.shape(), definition.role(), definition.left(), definition.right(), definition.language(), uses, definition.like());
  }

  /** Returns the box of each value without its own box. */
  private static Map<String, String> folded(List<Definition> definitions) {
    Map<String, String> folded = new LinkedHashMap<>();
    List<Definition> run = new ArrayList<>();
    for (Definition definition : definitions) {
      if (definition.like().isPresent()) {
        run.add(definition);
      } else if (definition.right().isPresent()) {
        end(run, folded);
      }
    }
    end(run, folded);
    return folded;
  }

  private static void end(List<Definition> run, Map<String, String> folded) {
    long values = run.stream().filter(definition -> definition.right().isPresent()).count();
    String first = run.stream().filter(definition -> definition.right().isPresent()).map(Definition::name).findFirst().orElse("");
    String last = run.stream().filter(definition -> definition.right().isPresent()).map(Definition::name).reduce((one, next) -> next).orElse("");
    if (values > 1) {
      run.forEach(definition -> folded.put(definition.name(), first + " to " + last + ", alike"));
    }
    run.clear();
  }
}
