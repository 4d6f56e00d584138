// Executions that share an output folder leave each other's files alone.
String log = new File(basedir, 'build.log').text
def builds = log.split('Scanning for projects...')
assert builds[1].count('Compiled 1 of 1 model file') == 2
assert builds[2].count('Nothing to do: 1 model file, unchanged') == 2
assert builds[2].contains('Nothing to compile')
assert builds[3].contains("target/generated-sources/nngen/com/acme/doubles/Net.java is also written by the execution 'doubles'")

// What only the execution made that is gone is gone too.
File generated = new File(basedir, 'target/generated-sources/nngen/com/acme')
assert generated.list() as List == ['doubles']
assert new File(generated, 'doubles/Net.java').text.contains('DMatrixRMaj')
