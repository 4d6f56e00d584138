package dev.nngen.maven;

import java.io.File;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.sonatype.plexus.build.incremental.BuildContext;

/** Records the markers of an IDE. */
final class IdeMarkers {

  private final List<String> calls = new ArrayList<>();

  List<String> calls() {
    return calls;
  }

  BuildContext context() {
    return (BuildContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {BuildContext.class}, (proxy, method, given) -> {
      switch (method.getName()) {
        case "removeMessages" -> calls.add("removed " + ((File) given[0]).getName());
        case "addMessage" -> calls.add((given[4].equals(BuildContext.SEVERITY_ERROR) ? "error " : "warning ")
            + ((File) given[0]).getName() + " " + given[1] + " " + given[2] + " " + given[3]);
        default -> throw new UnsupportedOperationException(method.getName());
      }
      return null;
    });
  }
}
