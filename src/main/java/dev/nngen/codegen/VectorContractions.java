package dev.nngen.codegen;

import static dev.nngen.codegen.ContractionMethods.INTS;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.Arrays;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes products whose rows, columns and terms are several axes each, with vectors. The right factor is copied a panel at a time, by vectors if
 * columns are contiguous. The left one is copied too, unless it has long contiguous ranges of terms.
 */
final class VectorContractions {

  private final Types types;
  private final Templates templates;

  VectorContractions(Types types) {
    this.types = types;
    this.templates = new Templates("vector-contraction.txt", Map.of("vector", VectorTypes.of(types).vector(), "arrays", Arrays.class));
  }

  void addTo(TypeSpec.Builder type) {
    type.addField(ProductMethods.constant("TERMS", 512, "The number of terms that are summed at a time if offsets are in tables.\n"));
    type.addField(ProductMethods.constant("RUN", 64, "The minimum number of contiguous terms of the left factor that are read in place, if they are all terms.\n"));
    type.addField(ProductMethods.constant("LONG_RUN", 128, "The same if there are other terms: a sum of few terms at a time updates its result too often.\n"));
    type.addField(ProductMethods.constant("MOST_COPIED", 1024, "The maximum number of rows that are copied at a time.\n"));
    type.addField(ProductMethods.constant("MOST_IN_PLACE", 256, "The maximum number of rows that are read in place at a time.\n"));
    new ContractionMethods(types).addTo(type, "WIDTH", "TERMS", templates.body("contract"));
    ContractionMethods.table(type, "leftRows", "MOST_COPIED + ROWS", "Offsets of the current rows in the left factor.\n");
    ContractionMethods.table(type, "toRows", "MOST_COPIED", "Offsets of the current rows in the result.\n");
    type.addField(FieldSpec.builder(types.reals(), "leftPanel", Modifier.PRIVATE, Modifier.FINAL).initializer("new $T[$L]", types.real(), 524_288 / types.bytes())
        .addJavadoc("Copied rows of the left factor.\n").build());
    type.addMethod(ContractionMethods.method("run", "Returns the number of contiguous entries in the first of both arrays.\n", templates).addModifiers(Modifier.STATIC).returns(TypeName.INT).addParameter(INTS, "axes").build());
    type.addMethod(tile("tile", "Sums some rows of a panel, with the left factor copied.\n").addParameter(TypeName.INT, "i").addParameter(TypeName.INT, "step").addParameter(TypeName.INT, "height").build());
    type.addMethod(tile("tileInPlace", "Sums some rows of a panel, with the left factor in place.\n").addParameter(types.reals(), "left").addParameter(TypeName.INT, "at").addParameter(TypeName.INT, "i")
        .addParameter(TypeName.INT, "step").addParameter(TypeName.INT, "height").build());
    type.addMethod(ProductMethods.helper("put", "Stores sums in the result, or adds them to it.\n", types).arrays("to").ints("toAt", "first", "last", "wide", "step").method()
        .addParameter(TypeName.BOOLEAN, "together").addParameter(TypeName.BOOLEAN, "adds").addCode(templates.body("put")).build());
    type.addMethod(ProductMethods.helper("packLeft", "Copies rows of the left factor, interleaved within a tile.\n", types).arrays("left").ints("leftAt", "count", "height").method()
        .addCode(templates.body("packLeft")).build());
    type.addMethod(pack("packRight", "Copies a panel of the right factor.\n"));
    type.addMethod(ContractionMethods.method("most", "Returns the largest of the offsets.\n", templates).addModifiers(Modifier.STATIC).returns(TypeName.INT).addParameter(INTS, "offsets").addParameter(TypeName.INT, "count").build());
    type.addMethod(pack("gather", "Copies a panel of the right factor whose columns are not contiguous.\n"));
  }

  private MethodSpec.Builder tile(String body, String text) {
    return MethodSpec.methodBuilder("tile").addModifiers(Modifier.PRIVATE).addJavadoc(text).addCode(templates.body(body));
  }

  private MethodSpec pack(String name, String text) {
    return ProductMethods.helper(name, text, types).reals("scale").arrays("right").ints("rightAt", "wide", "step", "height").method().addCode(templates.body(name)).build();
  }
}
