// What another generator wrote to the same folder.
File other = new File(basedir, 'target/generated-sources/nngen/com/old/Foreign.java')
other.parentFile.mkdirs()
other.text = 'package com.old;\n\nclass Foreign {}\n'
return true
