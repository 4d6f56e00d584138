package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Step;
import dev.nngen.plan.WorkPartition;
import dev.nngen.schedule.Affine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The part of a kernel that one thread runs: locals for the bounds of each step's divided loops. */
final class KernelPart {

  /** The ranges of each step: one, or for a recurrence one per nest. */
  private final List<List<Range>> ranges = new ArrayList<>();
  private final Map<Extent, Range> byExtent = new LinkedHashMap<>();
  private final Map<Extent, Set<List<Extent>>> rows = new LinkedHashMap<>();

  KernelPart(WorkPartition division, List<Step> steps, MethodScope scope) {
    for (int s = 0; s < steps.size(); s++) {
      List<Range> own = new ArrayList<>();
      List<Step> parts = WorkPartition.parts(steps.get(s));
      for (int k = 0; k < parts.size(); k++) {
        int loop = division.loops().get(s).get(k);
        Extent extent = WorkPartition.extent(parts.get(k), loop);
        rows.computeIfAbsent(extent, any -> new LinkedHashSet<>()).addAll(WorkPartition.rows(parts.get(k), loop));
        Range known = byExtent.computeIfAbsent(extent, any -> new Range(0, scope.fresh("first"), scope.fresh("last")));
        own.add(known.of(loop));
      }
      ranges.add(own);
    }
  }

  private KernelPart(Range range) {
    ranges.add(List.of(range));
  }

  /** Returns a part of a single loop over all entries. */
  static KernelPart ofEntries(String first, String last) {
    return new KernelPart(new Range(0, first, last));
  }

  /** The part of a loop that a thread runs. */
  record Range(int loop, String first, String last) {

    /** Returns the range as that of another loop. */
    Range of(int other) {
      return new Range(other, first, last);
    }
  }

  /** Returns the range of a product or nest; those of all nests of a recurrence. */
  List<Range> ranges(int step) {
    return ranges.get(Math.min(step, ranges.size() - 1));
  }

  /** Declares the locals. */
  CodeBlock declarations(MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    byExtent.forEach((extent, range) -> code.add(declaration(scope.extent(extent),
        rows.get(extent).stream().map(shape -> size(shape, scope)).distinct().collect(Collectors.joining(" | ")), range)));
    return code.build();
  }

  private static String size(List<Extent> shape, MethodScope scope) {
    return Affine.size(shape).text(variable -> "", scope::extent);
  }

  private static CodeBlock declaration(String count, String row, Range range) {
    return CodeBlock.builder().addStatement("final int $L = share($L, $L, part, parts)", range.first, count, row)
        .addStatement("final int $L = share($L, $L, part + 1, parts)", range.last, count, row).build();
  }

  /** Declares the locals of a part of that many entries. */
  CodeBlock declarations(String count) {
    return declaration(count, "1", ranges.get(0).get(0));
  }
}
