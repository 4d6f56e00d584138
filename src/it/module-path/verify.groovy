// A generated class is part of a named module like any other.
import java.lang.module.ModuleFinder

File classes = new File(basedir, 'target/classes')
def descriptor = ModuleFinder.of(classes.toPath()).find('com.acme').get().descriptor()
assert descriptor.packages() == ['com.acme'].toSet()
assert new File(classes, 'com/acme/Net.class').isFile()
