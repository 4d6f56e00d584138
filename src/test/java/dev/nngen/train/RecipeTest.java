package dev.nngen.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.train.data.Columns;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Scaling;
import dev.nngen.train.data.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What weights files say about data. */
class RecipeTest {

  private static final Recipe RECIPE = new Recipe(new Columns(List.of("a", "color"), List.of(2, 3), List.of(List.of(), List.of("blue", "red")), List.of("y"),
      List.of(4), Map.of("Y", List.of("no", "yes"))), new Task(Task.Kind.CLASSES, List.of("no", "yes"), 0.5), Scaling.none(3));

  private static Recipe read(String json) throws DataException {
    return Recipe.read(new Safetensors(Map.of(Recipe.KEY, json), Map.of()), "weights", 3);
  }

  @Test
  void categoriesAreKept() throws DataException {
    assertEquals(RECIPE.columns(), read(RECIPE.write()).columns());
  }

  @Test
  void filesWithoutCategoriesAreOfNumbers() throws DataException {
    assertEquals(List.of(), read(RECIPE.write().replace("\"categories\":[[],[\"blue\",\"red\"]],", "")).columns().categories());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[[\"blue\",\"red\"]]", "[[],[\"red\",\"red\"]]", "[[],[1]]", "[1,2]", "[[],[],[]]"})
  void categoriesThatDoNotFitAreFaults(String categories) {
    String json = RECIPE.write().replace("[[],[\"blue\",\"red\"]]", categories);
    DataException fault = assertThrows(DataException.class, () -> read(json));
    assertTrue(fault.getMessage().startsWith("weights: its description of data does not fit the model"), fault.getMessage());
  }
}
