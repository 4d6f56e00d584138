package dev.nngen.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Spanless;
import dev.nngen.codegen.Agreement;
import dev.nngen.codegen.Steps;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.explain.Formulas;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.parse.NnParser;
import dev.nngen.simplify.SameMeaning;
import java.util.Map;
import java.util.Random;

/** Checks that hold for every model. */
enum Check {
  /** The syntax tree prints as a text that reads back as the same tree. */
  PRINTING {
    @Override
    void run(RandomProgram program) {
      SourceFile file = parsed(program.text());
      assertEquals(Spanless.of(file), Spanless.of(parsed(AstPrinter.print(file))));
    }
  },
  /** The simplified graph means what the one before means. */
  MEANING {
    @Override
    void run(RandomProgram program) {
      Program<Phase.Differentiated> raw = program.model().differentiated();
      SameMeaning.check(raw.graph(), program.model().simplified().graph(), point(program));
    }
  },
  /** The gradients' product with a random direction is the loss's derivative along it. */
  SLOPE {
    @Override
    void run(RandomProgram program) {
      SameMeaning.followsTheLoss(program.model().differentiated(), point(program), new Random(program.seed()));
    }
  },
  /** Checks the lines of {@code nngen check} for each gradient. */
  DIFFERENCES {
    @Override
    void run(RandomProgram program) {
      for (GradientCheck.Line line : GradientCheck.check(program.model().differentiated(), program.model().simplified(), program.seed())) {
        assertTrue(line.compared() == 0 || line.passed(), line.toString());
      }
    }
  },
  /** Every line of {@code explain} equals the gradient; so do the formulas printed in the language when they are inserted in the model. */
  EXPLANATION {
    @Override
    void run(RandomProgram program) {
      Formulas formulas = program.formulas().get();
      formulas.linesAreEqual(point(program));
      formulas.claimsHold(program.text(), point(program));
    }
  },
  /** Values and gradients of the simplified graph are those before it, as far as rounding goes in both. */
  VALUES {
    @Override
    void run(RandomProgram program) {
      Program<Phase.Differentiated> raw = program.model().differentiated();
      Map<String, Integer> extents = Agreement.extents(raw, SAMPLES);
      SameMeaning.checkRounded(raw.graph(), program.model().simplified().graph(), RandomPoint.draw(raw, extents, program.seed()), extents);
    }
  },
  /** Documents of all formats can be written, and what they print in the language of indices reads back and is true. */
  DOCUMENTS {
    @Override
    void run(RandomProgram program) {
      Program<Phase.Differentiated> raw = program.model().differentiated();
      Map<String, Integer> extents = Agreement.extents(raw, SAMPLES);
      program.formulas().get().documentsHold(program.text(), RandomPoint.draw(raw, extents, program.seed()), extents);
    }
  },
  /** The generated class computes what the interpreter computes, for one sample, an odd number, and as many as it has room for. */
  CLASS {
    @Override
    void run(RandomProgram program) {
      Program<Phase.Simplified> model = program.model().simplified();
      Agreement agreement = program.agreement().get();
      agreement.check(MOST_SAMPLES, 1, 3);
      if (!model.updates().isEmpty()) {
        Steps.agree(model, agreement.generated());
      }
    }
  },
  /** Repeats the checks with two threads. */
  THREADS {
    @Override
    void run(RandomProgram program) {
      program.agreement().get().checkThreads(2, MOST_SAMPLES, 1, 3);
    }
  };

  private static final int MOST_SAMPLES = 16;
  private static final int SAMPLES = 3;

  /** Throws where it does not hold. */
  abstract void run(RandomProgram program);

  private static SourceFile parsed(String text) {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("random.nn", text), diagnostics);
    assertTrue(diagnostics.isEmpty(), () -> text + diagnostics.sorted());
    return file;
  }

  private static Map<String, double[]> point(RandomProgram program) {
    return RandomPoint.draw(program.model().differentiated(), SameMeaning.EXTENTS, program.seed());
  }
}
