// The path of a project does not matter, neither for whether it works nor for what comes out.
def modules = basedir.listFiles().findAll { new File(it, 'pom.xml').isFile() }
assert modules.size() == (new File(basedir, 'letters.txt').exists() ? 2 : 1)
['generated-sources/nngen/com/acme/Net.java', 'nngen-explain/com/acme/Net.html', 'nngen-check/com/acme/Net.txt'].each { file ->
  assert modules.collect { new File(it, "target/$file").getText('UTF-8') }.toSet().size() == 1
}
modules.each { assert new File(it, 'target/classes/com/acme/Net.class').isFile() }

// Each module generates, explains and checks.
String second = new File(basedir, 'build.log').getText('UTF-8').split('Scanning for projects...')[2]
assert second.count('Nothing to do: 2 model files, unchanged') == 3 * modules.size()
return true
