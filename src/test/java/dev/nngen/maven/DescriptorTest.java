package dev.nngen.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.Version;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * What the manual says of the Maven plugin is what the plugin's descriptor says, and what an integration test builds.
 * {@code mvn test -Dtest=DescriptorTest -Dnngen.bless=true} writes the tables afresh.
 */
class DescriptorTest {

  private static final Path MANUAL = Path.of("docs/maven.md");
  private static final String BEGIN = "<!-- goals and parameters, from the plugin's descriptor -->\n";
  private static final String END = "<!-- end of goals and parameters -->\n";

  /** The version that the manual names; the build's own, as the test of the snippet sees to. */
  private static final String EJML = System.getProperty("ejml.version");

  private static List<Element> goals;

  @BeforeAll
  static void readDescriptor() throws Exception {
    try (InputStream in = ModelMojo.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
      Element plugin = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
      goals = children(child(plugin, "mojos"), "mojo");
    }
  }

  /** A row of the table of parameters without its goals. */
  private record Row(String name, String property, String fallback, String description) {}

  @Test
  void manualHasTheDescriptorsTables() throws Exception {
    String manual = Files.readString(MANUAL);
    int begin = manual.indexOf(BEGIN) + BEGIN.length();
    int end = manual.indexOf(END);
    assertTrue(begin >= BEGIN.length() && end >= begin, "docs/maven.md has no place for the tables");
    if (Boolean.getBoolean("nngen.bless")) {
      Files.writeString(MANUAL, manual.substring(0, begin) + tables() + manual.substring(end));
    } else {
      assertEquals(tables(), manual.substring(begin, end), "-Dnngen.bless=true rewrites it");
    }
  }

  @Test
  void manualsSnippetIsBuiltByAnIntegrationTest() throws Exception {
    String manual = Files.readString(MANUAL);
    String pom = Files.readString(Path.of("src/it/minimal/pom.xml")).replace("@project.version@", Version.current())
        .replace("@ejml.version@", EJML);
    String section = manual.substring(manual.indexOf("\n## Maven\n"));
    String snippet = section.substring(section.indexOf("```xml\n") + "```xml\n".length());
    String wanted = withoutIndents(snippet.substring(0, snippet.indexOf("```")));
    assertTrue(withoutIndents(pom).contains(wanted), "src/it/minimal/pom.xml does not have the manual's snippet, word for word");
  }

  private static String withoutIndents(String text) {
    return text.replaceAll("(?m)^ +", "");
  }

  @Test
  void everyGoalMayRunInParallelBuildsAndNeedsNoDependencies() {
    for (Element goal : goals) {
      assertEquals("true", text(goal, "threadSafe"), text(goal, "goal"));
      assertEquals("", text(goal, "requiresDependencyResolution"), text(goal, "goal"));
    }
  }

  @Test
  void eclipseKnowsEveryGoalThatHasAPhase() throws Exception {
    String mapping = Files.readString(Path.of("src/main/resources/META-INF/m2e/lifecycle-mapping-metadata.xml"));
    for (Element goal : goals) {
      boolean bound = !text(goal, "phase").isEmpty();
      assertEquals(bound, mapping.contains("<goal>" + text(goal, "goal") + "</goal>"), text(goal, "goal"));
    }
  }

  @Test
  void everyParameterIsDocumentedAndHasAProperty() {
    assertEquals(List.of("check", "explain", "generate", "generate-test", "help"), goals.stream().map(g -> text(g, "goal")).toList());
    rows().keySet().forEach(row -> {
      assertTrue(row.property.startsWith("nngen."), row.toString());
      assertTrue(row.description.endsWith("."), row.toString());
    });
  }

  private static String tables() {
    StringBuilder out = new StringBuilder("| goal | phase | |\n| --- | --- | --- |\n");
    for (Element goal : goals) {
      out.append("| `").append(text(goal, "goal")).append("` | ").append(code(text(goal, "phase"))).append(" | ")
          .append(markdown(text(goal, "description"))).append(" |\n");
    }
    out.append("\n| parameter | property | goals | default | |\n| --- | --- | --- | --- | --- |\n");
    rows().forEach((row, users) -> out.append("| `").append(row.name).append("` | `").append(row.property).append("` | ")
        .append(users.size() == goals.size() - 1 ? "all" : String.join(", ", users)).append(" | ").append(code(row.fallback))
        .append(" | ").append(row.description).append(" |\n"));
    return out.toString();
  }

  /** The parameters that users may set, by name, and the goals that have them. {@code help} documents its own. */
  private static Map<Row, List<String>> rows() {
    Map<String, Map<Row, List<String>>> byName = new TreeMap<>();
    for (Element goal : goals) {
      if (!text(goal, "goal").equals("help")) {
        for (Element parameter : children(child(goal, "parameters"), "parameter")) {
          if (text(parameter, "editable").equals("true")) {
            Row row = row(parameter, child(goal, "configuration"));
            byName.computeIfAbsent(row.name, name -> new LinkedHashMap<>()).computeIfAbsent(row, r -> new ArrayList<>())
                .add("`" + text(goal, "goal") + "`");
          }
        }
      }
    }
    Map<Row, List<String>> rows = new LinkedHashMap<>();
    byName.values().forEach(rows::putAll);
    return rows;
  }

  private static Row row(Element parameter, Element configuration) {
    String name = text(parameter, "name");
    Element configured = child(configuration, name);
    return new Row(name, configured.getTextContent().replaceAll("[${}]", ""), configured.getAttribute("default-value"),
        markdown(text(parameter, "description")));
  }

  private static String markdown(String html) {
    return html.replaceAll("\\s+", " ").replaceAll("</?code>", "`").replace("<", "&lt;").replace("|", "\\|");
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream().findFirst().map(Node::getTextContent).orElse("");
  }

  private static Element child(Element parent, String name) {
    return children(parent, name).get(0);
  }

  private static List<Element> children(Element parent, String name) {
    return IntStream.range(0, parent.getChildNodes().getLength()).mapToObj(parent.getChildNodes()::item)
        .filter(Element.class::isInstance).map(Element.class::cast).filter(element -> element.getTagName().equals(name)).toList();
  }
}
