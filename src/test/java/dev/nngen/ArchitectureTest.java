package dev.nngen;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the table of packages in ARCHITECTURE.md: each package imports only packages above it. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.nngen");

  /** The packages in the order of the table; those in one row may not import each other. */
  private static List<List<String>> rows() throws IOException {
    Pattern row = Pattern.compile("^\\| ((?:`\\w+`(?:, )?)+) \\|", Pattern.MULTILINE);
    return row.matcher(Files.readString(Path.of("ARCHITECTURE.md"))).results().map(ArchitectureTest::names).toList();
  }

  private static List<String> names(MatchResult row) {
    return Arrays.stream(row.group(1).split(", ")).map(name -> name.replace("`", "")).toList();
  }

  static List<String> packages() throws IOException {
    return rows().stream().flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyWhatStandsAbove(String name) throws IOException {
    List<List<String>> rows = rows();
    int own = rows.indexOf(rows.stream().filter(row -> row.contains(name)).findFirst().orElseThrow());
    String[] below = rows.subList(own, rows.size()).stream().flatMap(List::stream).filter(other -> !other.equals(name))
        .map(other -> "dev.nngen." + other + "..").toArray(String[]::new);
    noClasses().that(resideInAPackage("dev.nngen." + name + "..")).should().dependOnClassesThat(resideInAnyPackage(below))
        .allowEmptyShould(true).check(CLASSES);
  }

  @Test
  void everyPackageStandsInTheTable() throws IOException {
    Set<String> found = CLASSES.stream().map(c -> c.getPackageName().replaceFirst("dev\\.nngen\\.?(\\w*).*", "$1"))
        .filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    found.removeAll(packages());
    assertEquals(Set.of(), found);
  }

  @Test
  void noTwoClassesHaveOneName() {
    Map<String, Long> packages = CLASSES.stream().filter(c -> c.isTopLevelClass() && !c.getPackageName().endsWith(".antlr") && !c.getSimpleName().equals("package-info"))
        .collect(Collectors.groupingBy(JavaClass::getSimpleName, TreeMap::new, Collectors.counting()));
    packages.values().removeIf(count -> count == 1);
    assertEquals(Map.of(), packages);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void onlyOnePackageUses(Library library) {
    noClasses().that(resideInAPackage("dev.nngen..").and(not(
        resideInAPackage("dev.nngen." + library.user + "..")))).should().dependOnClassesThat(resideInAPackage(library.name + ".."))
        .check(CLASSES);
  }

  private record Library(String name, String user) {}

  static List<Library> libraries() {
    return List.of(new Library("org.antlr", "parse"), new Library("com.palantir.javapoet", "codegen"),
        new Library("picocli", "cli"), new Library("org.apache.maven", "maven"), new Library("org.ejml", "train"));
  }
}
