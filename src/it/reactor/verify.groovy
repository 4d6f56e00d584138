// Modules built at the same time are independent of each other, and equal models give equal classes.
def texts = ['one', 'two', 'three', 'four', 'five'].collect { module ->
  String text = new File(basedir, "$module/target/generated-sources/nngen/com/acme/$module/Net.java").getText('UTF-8')
  assert new File(basedir, "$module/target/nngen-check/com/acme/$module/Net.txt").isFile()
  text.replace("package com.acme.$module;", '')
}
assert texts.toSet().size() == 1
assert new File(basedir, 'five/target/classes/com/acme/five/Both.class').isFile()

String log = new File(basedir, 'build.log').text
assert !log.contains('not marked as @threadSafe')
assert !log.contains('no model in this file')
