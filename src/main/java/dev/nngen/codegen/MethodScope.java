package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Epilogues;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** The names inside one method: fields as seen there, and local names that do not hide them. */
public final class MethodScope {

  private final Members members;
  private final Map<Tensor, String> renamed = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private String size;
  private Optional<KernelPart> part = Optional.empty();
  private int step;
  private boolean rounds;
  private Optional<String> method = Optional.empty();
  private final List<Tensor> arguments = new ArrayList<>();
  private final List<MethodSpec> parts = new ArrayList<>();

  MethodScope(Members members) {
    this.members = members;
  }

  Types types() {
    return members.types();
  }

  RunningPowers powers() {
    return members.powers();
  }

  Epilogues epilogues() {
    return members.epilogues();
  }

  /** Whether the tensors share memory. */
  boolean overlap(Tensor one, Tensor other) {
    return members.overlap(one, other);
  }

  /** Renames a tensor in this method. */
  void rename(Tensor tensor, String name) {
    renamed.put(tensor, name);
    taken.add(name);
  }

  /** Makes the method serve all kernels of a position in a loop, whose variable is a parameter. */
  void over(LayerLoop.Site site) {
    String variable = members.round();
    taken.add(variable);
    rounds = true;
    site.indices().forEach((tensor, index) -> {
      String array = members.array(tensor);
      renamed.put(tensor, array + "[" + site.text(index, variable) + "]");
    });
  }

  /** Allows parts of the method to be methods of their own. */
  void divisible(String name, List<Tensor> matrices) {
    method = Optional.of(name);
    arguments.addAll(matrices);
  }

  /** Returns the method's own parameters that a part of it needs, which accesses these tensors. */
  List<MethodSplitter.Argument> arguments(Set<Tensor> tensors) {
    Stream<MethodSplitter.Argument> matrices = arguments.stream().filter(tensors::contains).map(tensor -> new MethodSplitter.Argument(types().matrix(), name(tensor)));
    return Stream.concat(matrices, rounds ? Stream.of(new MethodSplitter.Argument(TypeName.INT, members.round())) : Stream.of()).toList();
  }

  /** Adds a method for a part of this one, and returns its call; returns the part itself if this method is not divisible. */
  CodeBlock outline(List<MethodSplitter.Argument> parameters, CodeBlock body) {
    if (method.isEmpty()) {
      return body;
    }
    String name = members.names().method(method.get() + "Part" + (parts.size() + 1));
    MethodSpec.Builder part = MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc("A part of {@code $L}, in a method of its own so that HotSpot inlines all operations on vectors.\n", method.get());
    parameters.forEach(parameter -> part.addParameter(parameter.type(), parameter.name()));
    parts.add(part.addCode(body).build());
    return CodeBlock.builder().addStatement("$L($L)", name, parameters.stream().map(MethodSplitter.Argument::name).collect(Collectors.joining(", "))).build();
  }

  /** Returns the methods for parts of this one. */
  List<MethodSpec> parts() {
    return List.copyOf(parts);
  }

  /** Makes all loops run over that many entries, for a method that serves matrices of any shape. */
  void overAnySize(String count) {
    size = count;
    taken.add(count);
  }

  /** Returns the number of entries that all loops run over; null if loops run over their own axes. */
  String anySize() {
    return size;
  }

  /** Makes the method run a part of each step. */
  void divide(KernelPart kernelPart) {
    part = Optional.of(kernelPart);
  }

  /** Continues with another step of the kernel. */
  void atStep(int s) {
    step = s;
  }

  /** Returns the parts of the step's divided loops that the method runs, one for each nest of a recurrence; none if it runs all of each loop. */
  List<KernelPart.Range> ranges() {
    return part.map(divided -> divided.ranges(step)).orElse(List.of());
  }

  /** Whether the method may contain straight-line code; false for matrices of any shape and for a part of each loop. */
  boolean allowsStraightCode() {
    return size == null && part.isEmpty();
  }

  /** Whether the class's products are told which part of them is computed. */
  boolean dividesProducts() {
    return members.divisions().areUsed();
  }

  /** Returns the matrix or number that holds the tensor. */
  String name(Tensor tensor) {
    String name = renamed.get(tensor);
    return name != null ? name : members.name(tensor);
  }

  boolean isRenamed(Tensor tensor) {
    return renamed.containsKey(tensor);
  }

  /** Returns an unused local name that is as close to the hint as possible. */
  String fresh(String hint) {
    String name = Identifiers.decapitalised(Identifiers.sanitized(hint));
    String unique = members.names().marked(name);
    for (int k = 2; isTaken(unique); k++) {
      unique = members.names().marked(ClassNames.numbered(name, k));
    }
    taken.add(unique);
    return unique;
  }

  /** Returns the plan's name as used in this method; a method for many layers uses names without a layer's number. */
  String local(String name) {
    String local = renamed.entrySet().stream().filter(entry -> entry.getKey().name().equals(name)).map(Map.Entry::getValue)
        .findFirst().orElse(name);
    return rounds ? local.replaceAll("\\[.*|[0-9]+$", "") : local;
  }

  /** Returns a local name for an entry of a value; subscripts are added if the plain name is in use. */
  String fresh(String hint, String subscripts) {
    String name = Identifiers.decapitalised(Identifiers.sanitized(local(hint)));
    return fresh(subscripts.isEmpty() || !isTaken(name) ? name : name + "_" + subscripts);
  }

  private boolean isTaken(String name) {
    return taken.contains(name) || members.names().isTaken(name);
  }

  /** Releases a local name at the end of its block. */
  void release(String name) {
    taken.remove(name);
  }

  /** Returns an extent as Java: a number, or the field that holds it. */
  String extent(Extent extent) {
    return members.sizes().name(extent);
  }
}
