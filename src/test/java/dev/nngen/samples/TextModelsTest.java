package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The models on the page about letters are valid and take texts. Their derivations are too long for the page. */
class TextModelsTest {

  @Test
  void modelsOfThePageAreSound() {
    String page = Texts.read(Texts.SAMPLES.resolve("kjv").resolve("README.md"));
    List<String> texts = Pattern.compile("(?s)```nn\n(.*?)```").matcher(page).results().map(block -> block.group(1)).toList();
    assertEquals(2, texts.size());
    for (String text : texts) {
      Diagnostics diagnostics = new Diagnostics();
      Model model = Models.resolve(NnParser.parse(new Source("kjv.nn", text), diagnostics), SourceLoader.NONE, diagnostics).get(0);
      assertEquals(List.of(), diagnostics.sorted());
      Program<Phase.Lowered> lowered = Lowering.lower(model);
      assertEquals(List.of("P"), lowered.outputs());
      assertEquals(73, lowered.counts().get("letter"));
    }
  }
}
