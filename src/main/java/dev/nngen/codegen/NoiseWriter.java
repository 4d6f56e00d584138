package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.lower.Program;
import dev.nngen.model.Distribution;
import dev.nngen.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/**
 * Writes the generator of noise. It is counter-based (Salmon et al.: Parallel random numbers, as easy as 1, 2, 3, 2011), so a number depends only on
 * seed, step, name, sample and entry. Seed, step, name and sample are hashed to the start of a stream, and entry k is number k of the SplitMix64
 * sequence from there (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), as in {@link java.util.SplittableRandom}. One
 * thread computes all noise in double precision by {@code StrictMath}, so all kernel sets and both precisions get the same numbers.
 */
final class NoiseWriter {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final MethodSplitter chunks;

  NoiseWriter(Plan plan, Members members, MethodSplitter chunks) {
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.chunks = chunks;
  }

  void write(TypeSpec.Builder type) {
    if (plan.noises().isEmpty()) {
      return;
    }
    type.addField(FieldSpec.builder(TypeName.LONG, "noiseSeed", Modifier.PRIVATE).addJavadoc("The seed of the noise.\n").build());
    type.addField(FieldSpec.builder(TypeName.LONG, "noiseStep", Modifier.PRIVATE).addJavadoc("The number of training steps that have drawn noise.\n").build());
    type.addField(FieldSpec.builder(TypeName.LONG, "noiseFirst", Modifier.PRIVATE).addJavadoc("The index of the batch's first sample.\n").build());
    type.addMethod(setNoise());
    plan.noises().forEach(noise -> type.addMethod(MethodSpec.methodBuilder(members.accessor(noise)).addModifiers(Modifier.PUBLIC).returns(types.matrix())
        .addJavadoc("{@return the noise {@code $L}, as drawn by the last {@link #gradients$L}$L}\n", noise.name(), members.suffix(0), plan.updates().isEmpty() ? "" : " or {@link #step" + members.suffix(0) + "}")
        .addStatement("return $L", members.name(noise)).build()));
    type.addMethod(MethodSpec.methodBuilder("drawNoise").addModifiers(Modifier.PRIVATE).addJavadoc("Draws all noise of the next training step.\n")
        .addCode(chunks.run(type, "drawNoise", draws(), List.of())).build());
    generator(type);
  }

  private MethodSpec setNoise() {
    return MethodSpec.methodBuilder("setNoise").addModifiers(Modifier.PUBLIC)
        .addParameter(TypeName.LONG, "seed").addParameter(TypeName.LONG, "step").addParameter(TypeName.LONG, "first")
        .addJavadoc("Sets the seed and the step of the next training step's noise; later steps continue from there. Workers that share a batch draw the same\n"
            + "noise as one network would for the whole batch.\n\n@param seed as for {@link #initialize}\n@param step the number of earlier steps\n@param first the index of this network's first sample in the whole batch\n")
        .addStatement("noiseSeed = seed").addStatement("noiseStep = step").addStatement("noiseFirst = first").build();
  }

  private List<CodeBlock> draws() {
    List<CodeBlock> draws = new ArrayList<>();
    for (int k = 0; k < plan.noises().size(); k++) {
      Program.Noise noise = plan.model().noises().get(k);
      draws.add(CodeBlock.builder().addStatement("$L($L, $LL, $L)", method(noise.distribution()), members.name(plan.noises().get(k)),
          hash(noise.name()), Double.toString(noise.parameter())).build());
    }
    return draws;
  }

  private static String method(Distribution distribution) {
    return "draw" + Identifiers.capitalised(distribution.label());
  }

  /** Returns the FNV-1a hash of a name's UTF-8 bytes (Fowler, Noll, Vo). */
  static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ octet & 0xff) * 0x100000001b3L;
    }
    return hash;
  }

  private void generator(TypeSpec.Builder type) {
    Templates plain = new Templates("noise.txt", Map.of("samples", "", "draw", ""));
    type.addMethod(pure("mixed", TypeName.LONG, "bits").addJavadoc("Mixes the bits of a number (David Stafford's variant 13 of MurmurHash3's finalizer).\n").addCode(plain.body("mixed")).build());
    type.addMethod(pure("hashed", TypeName.LONG, "hash", "word").addCode(plain.body("hashed")).build());
    type.addMethod(pure("fraction", TypeName.DOUBLE, "stream", "number").addJavadoc("Returns a number of a stream, uniform in [0, 1).\n").addCode(plain.body("fraction")).build());
    Set<Distribution> needed = new TreeSet<>(plan.model().noises().stream().map(Program.Noise::distribution).toList());
    needed.forEach(distribution -> type.addMethod(MethodSpec.methodBuilder(method(distribution)).addModifiers(Modifier.PRIVATE)
        .addParameter(types.matrix(), "noise").addParameter(TypeName.LONG, "name").addParameter(TypeName.DOUBLE, "parameter")
        .addCode(new Templates("noise.txt", fill(distribution)).body("fill")).build()));
  }

  private Map<String, Object> fill(Distribution distribution) {
    boolean sampled = EpochWriter.isSampled(plan.noises().get(0));
    boolean columns = !plan.model().samplesInRows();
    String at = sampled && columns ? "entry * samples + sample" : "sample * entries + entry";
    String narrow = types.single() ? "(float) " : "";
    CodeBlock draw = switch (distribution) {
      case BERNOULLI -> CodeBlock.of("fraction(stream, entry) < parameter ? 1 : 0");
      // Box and Muller: A note on the generation of random normal deviates (1958).
      case NORMAL -> CodeBlock.of("$L(parameter * $T.sqrt(-2 * $T.log(1 - fraction(stream, 2L * entry))) * $T.cos(2 * Math.PI * fraction(stream, 2L * entry + 1)))",
          narrow, StrictMath.class, StrictMath.class, StrictMath.class);
      case UNIFORM -> types.single() ? CodeBlock.of("Math.min((float) (parameter * (2 * fraction(stream, entry) - 1)), Math.nextDown((float) parameter))")
          : CodeBlock.of("parameter * (2 * fraction(stream, entry) - 1)");
    };
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("samples", sampled ? "m" : "1");
    arguments.put("draw", CodeBlock.of("noise.data[$L] = $L;", at, draw));
    return arguments;
  }

  private static MethodSpec.Builder pure(String name, TypeName result, String... words) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(result);
    for (String word : words) {
      method.addParameter(TypeName.LONG, word);
    }
    return method;
  }

  /** Restarts the noise with a seed. */
  static CodeBlock start(Plan plan, String seed) {
    return plan.noises().isEmpty() ? CodeBlock.of("") : CodeBlock.builder().addStatement("setNoise($L, 0, 0)", seed).build();
  }

  /** Draws the noise of a step, if there is any. */
  static CodeBlock draw(Plan plan) {
    return plan.noises().isEmpty() ? CodeBlock.of("") : CodeBlock.builder().addStatement("drawNoise()").build();
  }

  /** Counts a step. */
  static CodeBlock count(Plan plan) {
    return plan.noises().isEmpty() ? CodeBlock.of("") : CodeBlock.builder().addStatement("noiseStep++").build();
  }
}
