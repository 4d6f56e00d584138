// Classes of models that are gone are gone as well, and empty folders with them; what others wrote stays.
File generated = new File(basedir, 'target/generated-sources/nngen')
def files = []
generated.eachFileRecurse { if (it.isFile()) files << generated.toPath().relativize(it.toPath()).toString().replace('\\', '/') }
assert files.sort() == ['com/acme/After.java', 'com/acme/Kept.java', 'com/old/Foreign.java']
assert !new File(generated, 'com/older').exists()
assert !new File(basedir, 'target/classes/com/acme/Before.class').exists()
assert new File(basedir, 'target/classes/com/acme/After.class').exists()

String log = new File(basedir, 'build.log').text
assert log.contains('Compiled 1 of 2 model files')
