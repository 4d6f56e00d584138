package dev.nngen.codegen;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes products whose rows, columns and terms are several axes each, in plain Java. The right factor is copied to row arrays, as in
 * {@link PlainProducts}.
 */
final class PlainContractions {

  private final Types types;
  private final Templates templates;

  PlainContractions(Types types) {
    this.types = types;
    this.templates = new Templates("plain-contraction.txt", Map.of("real", types.real(), "arrays", Arrays.class));
  }

  void addTo(TypeSpec.Builder type) {
    new ContractionMethods(types).addTo(type, "COLUMNS", "DEPTH", templates.body("contract"));
    ContractionMethods.table(type, "leftRows", "4", "Offsets of the current rows in the left factor.\n");
    ContractionMethods.table(type, "toRows", "4", "Offsets of the current rows in the result.\n");
    type.addMethod(method("copy", "Copies some terms of some columns into the rows of the panel.\n").arrays("right").ints("rightAt", "pieces", "wide", "height").method().addCode(templates.body("copy")).build());
    type.addMethod(method("addTerms", "Adds four rows of the left factor times the panel to the sums.\n").reals("scale").arrays("left").ints("leftAt", "height", "wide").method()
        .addCode(templates.body("addTerms")).build());
    MethodSpec.Builder take = method("take", "Takes the entries to which terms are added. Each sum adds its terms in the same order, however columns are grouped.\n").arrays("sums", "from").ints("start", "wide").method();
    type.addMethod(take.addParameter(TypeName.BOOLEAN, "together").addCode(templates.body("take")).build());
    MethodSpec.Builder put = method("put", "Stores sums in the result.\n").arrays("sums", "to").ints("start", "wide").method();
    type.addMethod(put.addParameter(TypeName.BOOLEAN, "together").addCode(templates.body("put")).build());
  }

  private ProductMethods.Parameters method(String name, String text) {
    return ProductMethods.helper(name, text, types);
  }
}
