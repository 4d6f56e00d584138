/**
 * The model language. What may stand where (a `param` in a loss, say) is for the model stage to judge, which can say
 * it better than a grammar; here is only what the text can mean at all.
 *
 * All words that begin a statement are contextual: `rate`, `output` or `loss` are good names. Reserved are only
 * `model fn layer import return in`, which is what lets the parser find its way after an error.
 */
grammar Nngen;

@parser::members {
  /** True behind a word that declares what is named next. */
  private boolean isDeclaring() {
    String word = getTokenStream().LT(-1).getText();
    return word.equals("param") || word.equals("input") || word.equals("target") || word.equals("state") || word.equals("noise");
  }

  private boolean isAtBracket() {
    return getTokenStream().LT(1).getText().equals("[");
  }
}

@lexer::members {
  /** True where the next character but spaces opens a bracket. */
  private boolean isBeforeBracket() {
    int k = 1;
    while (Character.isWhitespace(_input.LA(k))) {
      k++;
    }
    return _input.LA(k) == '[';
  }
}

file : item* EOF ;

item
  : importItem
  | modelItem
  | functionItem
  | blockItem
  | sizeDecl
  | samplesDecl
  | precisionDecl
  ;

importItem   : 'import' STRING ';' ;
modelItem    : 'model' name block ;
functionItem : kind=('fn' | 'loss' | 'init') name parameters domain? '=' expression domain? ';' ;
blockItem    : kind=('layer' | 'optimizer') name parameters block ;

parameters : '(' ( parameter ( ',' parameter )* )? ')' ;
parameter  : declared pattern? ( '=' expression )? ;
pattern    : '[' name ( ',' name )* ']' ;
domain     : 'domain' range ( ',' range )* ;
block      : '{' statement* '}' ;

statement
  : dataDecl
  | paramDecl
  | stateDecl
  | updateDecl
  | noiseDecl
  | sizeDecl
  | samplesDecl
  | precisionDecl
  | definition
  | minimize
  | output
  | train
  | prove
  | returning
  | unpacking
  | share
  | repetition
  | over
  | start
  ;

dataDecl      : kind=('input' | 'target') declared sizes? ( 'of' expression )? ( 'where' fact ( ',' fact )* )? ';' ;
// An initializer is no matrix: what stands in a bracket there are sizes.
paramDecl     : 'param' declared sizes? ( '=' {!isAtBracket()}? expression )? frozen='frozen'? ';' ;
stateDecl     : 'state' initial ( ',' initial )* ';' ;
initial       : declared sizes? '=' expression ;
updateDecl    : 'update' name '=' expression ';' ;
noiseDecl     : 'noise' declared sizes? '=' expression ';' ;
sizeDecl      : 'size' name ( '=' expression )? ';' ;
samplesDecl   : 'samples' name ';' ;
precisionDecl : 'precision' name ';' ;
// `param [4] = 0;` is a declaration without a name, and no equation.
definition    : declared indices? '=' expression ';' ;
indices       : {!isDeclaring()}? '[' index ( ',' index )* ']' ;
index         : name ( ':' expression )? ;
minimize      : 'minimize' name '=' expression ( 'of' names )? ';' ;
output        : 'output' names ';' ;
train         : 'train' expression ( 'of' names )? ';' ;
prove         : 'prove' side '==' side ';' ;
returning     : 'return' expression ( ',' expression )* ';' ;
unpacking     : '(' declared ( ',' declared )+ ')' '=' expression ';' ;
share         : 'share' name '=' call ';' ;
repetition    : 'repeat' expression block ;
over          : 'over' index block ;
start         : 'start' declared '=' expression ';' ;

names    : name ( ',' name )* ;
sizes    : '[' expression ( ',' expression )* ']' ;
fact     : side ( '==' side | 'in' interval ) ;
range    : side 'in' interval ;
interval : open=('[' | '(') expression ',' expression close=(']' | ')') ;

/** An expression whose `==` would belong to the statement around it. */
side : sum ( '|>' pipeTarget )* ;

// Expressions, loosest first. Precedence is MATLAB's: -a^2 is -(a^2), and powers associate to the left.
expression  : disjunction ( '|>' pipeTarget )* ;
pipeTarget  : name arguments? ;
disjunction : conjunction ( '||' conjunction )* ;
conjunction : comparison ( '&&' comparison )* ;
comparison  : sum ( op=('<' | '<=' | '>' | '>=' | '==' | '!=') sum )? ;
sum         : product ( ops+=('+' | '-') product )* ;
product     : unary ( ops+=('*' | '/' | '.*' | './') unary )* ( ops+=('*' | '/' | '.*' | './') covering )? | covering ;
// A reduction covers the product on its right, so it is the last factor.
covering    : op=('-' | '!') covering | reduction ;
// Behind the last index stand its size, a condition, or both; which of them one is says the tree.
reduction   : REDUCTION '[' ( index ',' )* name ( ':' expression ( ':' expression )? )? ']' product ;
unary       : op=('-' | '!') unary | power ;
power       : transposed ( ops+=('^' | '.^') exponent )* ;
exponent    : op=('-' | '!') exponent | transposed ;
transposed  : primary postfix* ;
postfix     : quote='\'' | '[' subscript ( ',' subscript )* ']' ;
subscript   : expression | ':' ;
primary     : NUMBER | call | name | '(' expression ')' | matrix ;
// Behind a value a bracket holds subscripts, so this one is the first of its factor.
matrix      : '[' row ( ';' row )* ']' ;
row         : expression ( ',' expression )* ;
call        : name arguments ;
arguments   : '(' ( argument ( ',' argument )* )? ')' ;
argument    : ( name '=' )? expression ;

// Where a name is declared, a bracket behind it holds sizes or indices.
declared : name | REDUCTION ;

name
  : ID | 'loss' | 'init' | 'optimizer' | 'input' | 'target' | 'param' | 'where' | 'domain' | 'state' | 'size' | 'samples'
  | 'precision' | 'minimize' | 'output' | 'train' | 'prove' | 'of' | 'share' | 'repeat' | 'over' | 'start' | 'frozen' | 'update' | 'noise'
  ;

// A number never ends in a point, so that `1./x` reads `1 ./ x`, as in MATLAB.
NUMBER : ( DIGIT+ ( '.' DIGIT+ )? | '.' DIGIT+ ) ( [eE] [+-]? DIGIT+ )? ;
// Names elsewhere.
REDUCTION : ( 'sum' | 'max' | 'min' | 'mean' ) {isBeforeBracket()}? ;
ID     : [a-zA-Z_] [a-zA-Z0-9_]* ;
STRING : '"' ~["\r\n]* '"' ;

COMMENT : ( '//' ~[\r\n]* | '/*' .*? '*/' ) -> skip ;
SPACE   : [ \t\r\n\uFEFF]+ -> skip ;

// What is wrong in the text becomes hidden tokens, which are reported together before parsing.
OPEN_COMMENT : '/*' ( ~'*' | '*'+ ~[*/] )* '*'* EOF -> channel(HIDDEN) ;
OPEN_STRING  : '"' ~["\r\n]* -> channel(HIDDEN) ;
STRAY        : . -> channel(HIDDEN) ;

fragment DIGIT : [0-9] ;
