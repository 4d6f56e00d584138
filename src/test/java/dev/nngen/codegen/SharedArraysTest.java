package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.plan.Plan;
import dev.nngen.plan.Plans;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Fields that share an array say so. */
class SharedArraysTest {

  @Test
  void everyFieldNamesTheOneBefore() throws IOException {
    Plan plan = Plans.named("softmax");
    String text = JavaEmitter.emit(plan, new CodegenOptions("", new EjmlKernels(), "1", "", "softmax.nn", "")).text();
    List<String> documented = Pattern.compile("Shares its array with \\{@code (\\w+)}, which is no longer needed\\.\\s+\\*/\\s+private (?:final )?DMatrixRMaj (\\w+);")
        .matcher(text).results().map(match -> match.group(1) + " " + match.group(2)).toList();
    assertEquals(plan.buffers().stream().mapToInt(buffer -> buffer.tensors().size() - 1).sum(), documented.size(), text);
    assertTrue(documented.contains("Z_P errorZ_P"), documented.toString());
  }
}
