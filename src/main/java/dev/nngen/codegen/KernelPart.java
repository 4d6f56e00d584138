package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Step;
import dev.nngen.plan.WorkPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of a kernel that one thread runs: locals for the bounds of each step's divided loop. */
final class KernelPart {

  private final List<Range> ranges = new ArrayList<>();
  private final Map<Extent, Range> byExtent = new LinkedHashMap<>();

  KernelPart(WorkPartition division, List<Step> steps, MethodScope scope) {
    for (int s = 0; s < steps.size(); s++) {
      int loop = division.loops().get(s);
      Range known = byExtent.computeIfAbsent(extent(steps.get(s), loop), extent -> new Range(0, scope.fresh("first"), scope.fresh("last")));
      ranges.add(new Range(loop, known.first, known.last));
    }
  }

  private KernelPart(Range range) {
    ranges.add(range);
  }

  /** Returns a part of a single loop over all entries. */
  static KernelPart ofEntries(String first, String last) {
    return new KernelPart(new Range(0, first, last));
  }

  private static Extent extent(Step step, int loop) {
    return step instanceof LoopNest nest ? nest.axes().get(loop) : ((MatrixProduct) step).to().dims().get(loop);
  }

  /** The part of a loop that a thread runs. */
  record Range(int loop, String first, String last) {}

  Range range(int step) {
    return ranges.get(Math.min(step, ranges.size() - 1));
  }

  /** Declares the locals. */
  CodeBlock declarations(MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    byExtent.forEach((extent, range) -> code.add(declaration(scope.extent(extent), range)));
    return code.build();
  }

  private static CodeBlock declaration(String count, Range range) {
    return CodeBlock.builder().addStatement("final int $L = share($L, part, parts)", range.first, count)
        .addStatement("final int $L = share($L, part + 1, parts)", range.last, count).build();
  }

  /** Declares the locals of a part of that many entries. */
  CodeBlock declarations(String count) {
    return declaration(count, ranges.get(0));
  }
}
