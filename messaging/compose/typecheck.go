package compose

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"relance/messaging/audience"
)

// typechecker walks parsed templates and finds, without running them, whatever
// would fail when they run: fields that Facts does not have, functions called
// with the wrong kind of value, blocks that do not exist. Running a template only
// shows the branches taken; a slip in the branch for part-paid invoices would
// otherwise wait for the first part-paid invoice.
type typechecker struct {
	trees map[string]*parse.Tree
	funcs template.FuncMap
	// wordsIn holds the blocks a layout may name in its calls of words and
	// paragraphs; nil outside layouts.
	wordsIn  map[string]*parse.Tree
	seen     map[visit]bool
	words    map[string]bool // blocks named by words and paragraphs
	problems []error
}

type visit struct {
	name string
	dot  reflect.Type
}

// known lists the only texts a value of these types may be compared with; any
// other comparison is a slip of the pen that would never be true.
var known = map[reflect.Type][]string{
	reflect.TypeFor[DebtorKind](): {string(Business), string(Consumer), string(Public)},
	reflect.TypeFor[audience.Audience](): {
		string(audience.Anyone), string(audience.Loyal), string(audience.Irregular), string(audience.New), string(audience.Consumer), string(audience.Public),
	},
	reflect.TypeFor[NoticeKind]():      {string(CourtesyNotice), string(ReminderNotice), string(FormalNotice)},
	reflect.TypeFor[InstalmentState](): {string(InstalmentPaid), string(InstalmentLate), string(InstalmentNext), string(InstalmentLater), string(InstalmentDue)},
	reflect.TypeFor[NextStep](): {
		string(NoNextStep), string(NextReminder), string(NextFormalNotice), string(NextMediation), string(NextHandoff),
	},
}

func newTypechecker(trees map[string]*parse.Tree, funcs template.FuncMap, wordsIn map[string]*parse.Tree) *typechecker {
	return &typechecker{trees: trees, funcs: funcs, wordsIn: wordsIn, seen: map[visit]bool{}, words: map[string]bool{}}
}

// check walks the named template as executed with a dot of the given type.
func (c *typechecker) check(name string, dot reflect.Type) {
	if c.seen[visit{name, dot}] {
		return
	}
	c.seen[visit{name, dot}] = true
	if tree := c.trees[name]; tree != nil && tree.Root != nil {
		s := &scope{checker: c, tree: tree, vars: []variable{{"$", dot}}}
		s.list(tree.Root, dot)
	}
}

// reached reports whether a template was walked, with whatever dot.
func (c *typechecker) reached(name string) bool {
	for v := range c.seen {
		if v.name == name {
			return true
		}
	}
	return false
}

type variable struct {
	name string
	typ  reflect.Type
}

// scope is the walk of one template; a nil type means one that is not known,
// which is accepted everywhere but has no fields.
type scope struct {
	checker *typechecker
	tree    *parse.Tree
	vars    []variable
}

func (s *scope) problem(node parse.Node, format string, args ...any) {
	where, _ := s.tree.ErrorContext(node)
	s.checker.problems = append(s.checker.problems, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

func (s *scope) list(list *parse.ListNode, dot reflect.Type) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		s.node(node, dot)
	}
}

func (s *scope) node(node parse.Node, dot reflect.Type) {
	switch n := node.(type) {
	case *parse.ActionNode:
		s.pipe(n.Pipe, dot)
	case *parse.IfNode:
		s.block(func() { s.pipe(n.Pipe, dot); s.list(n.List, dot); s.list(n.ElseList, dot) })
	case *parse.WithNode:
		s.block(func() { s.list(n.List, s.pipe(n.Pipe, dot)); s.list(n.ElseList, dot) })
	case *parse.RangeNode:
		s.block(func() { s.list(n.List, s.rangeOver(n, dot)); s.list(n.ElseList, dot) })
	case *parse.TemplateNode:
		if _, ok := s.checker.trees[n.Name]; !ok {
			s.problem(n, "there is no block %q", n.Name)
			return
		}
		var typ reflect.Type
		if n.Pipe != nil {
			typ = s.pipe(n.Pipe, dot)
		}
		s.checker.check(n.Name, typ)
	}
}

// block runs a walk whose variables end with it.
func (s *scope) block(walk func()) {
	mark := len(s.vars)
	walk()
	s.vars = s.vars[:mark]
}

// rangeOver is the type of the dot inside a range; it declares the variables.
func (s *scope) rangeOver(n *parse.RangeNode, dot reflect.Type) reflect.Type {
	declared := n.Pipe.Decl
	over := s.pipeValue(n.Pipe, dot)
	var key, element reflect.Type
	switch {
	case over == nil:
	case over.Kind() == reflect.Slice, over.Kind() == reflect.Array:
		key, element = reflect.TypeFor[int](), over.Elem()
	case over.Kind() == reflect.Map:
		key, element = over.Key(), over.Elem()
	default:
		s.problem(n.Pipe, "%s is not a list to range over", n.Pipe)
	}
	switch len(declared) {
	case 1:
		s.vars = append(s.vars, variable{declared[0].Ident[0], element})
	case 2:
		s.vars = append(s.vars, variable{declared[0].Ident[0], key}, variable{declared[1].Ident[0], element})
	}
	return element
}

// pipe is the type a pipeline gives; it declares or assigns its variables.
func (s *scope) pipe(pipe *parse.PipeNode, dot reflect.Type) reflect.Type {
	typ := s.pipeValue(pipe, dot)
	for _, v := range pipe.Decl {
		if !pipe.IsAssign {
			s.vars = append(s.vars, variable{v.Ident[0], typ})
		}
	}
	return typ
}

func (s *scope) pipeValue(pipe *parse.PipeNode, dot reflect.Type) reflect.Type {
	var typ reflect.Type
	for i, command := range pipe.Cmds {
		typ = s.command(command, dot, typ, i > 0)
	}
	return typ
}

func (s *scope) command(command *parse.CommandNode, dot, piped reflect.Type, hasPiped bool) reflect.Type {
	first := command.Args[0]
	if function, ok := first.(*parse.IdentifierNode); ok {
		args := make([]reflect.Type, 0, len(command.Args))
		for _, arg := range command.Args[1:] {
			args = append(args, s.value(arg, dot))
		}
		if hasPiped {
			args = append(args, piped)
		}
		return s.call(function, command, args)
	}
	for _, arg := range command.Args[1:] {
		s.value(arg, dot)
	}
	return s.value(first, dot)
}

// value is the type of one operand.
func (s *scope) value(node parse.Node, dot reflect.Type) reflect.Type {
	switch n := node.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return s.fields(n, dot, n.Ident)
	case *parse.ChainNode:
		return s.fields(n, s.value(n.Node, dot), n.Field)
	case *parse.VariableNode:
		return s.fields(n, s.variable(n.Ident[0]), n.Ident[1:])
	case *parse.PipeNode:
		return s.pipe(n, dot)
	case *parse.IdentifierNode:
		return s.call(n, &parse.CommandNode{Args: []parse.Node{n}}, nil)
	case *parse.StringNode:
		return reflect.TypeFor[string]()
	case *parse.BoolNode:
		return reflect.TypeFor[bool]()
	case *parse.NumberNode:
		if n.IsInt {
			return reflect.TypeFor[int]()
		}
		return reflect.TypeFor[float64]()
	default:
		return nil
	}
}

func (s *scope) variable(name string) reflect.Type {
	for _, v := range slices.Backward(s.vars) {
		if v.name == name {
			return v.typ
		}
	}
	return nil
}

// fields follows a chain of names from a type.
func (s *scope) fields(node parse.Node, typ reflect.Type, names []string) reflect.Type {
	for _, name := range names {
		if typ == nil {
			s.problem(node, "%s cannot be checked: take .%s from a named field of the facts", node, name)
			return nil
		}
		next, ok := member(typ, name)
		if !ok {
			s.problem(node, "%s: %s has no field %q", node, friendlyName(typ), name)
			return nil
		}
		typ = next
	}
	return typ
}

// member is the type of a field, or of the result of a method without arguments.
func member(typ reflect.Type, name string) (reflect.Type, bool) {
	if method, ok := typ.MethodByName(name); ok {
		if method.Type.NumIn() == 1 && method.Type.NumOut() > 0 {
			return method.Type.Out(0), true
		}
		return nil, false
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return nil, false
	}
	field, ok := typ.FieldByName(name)
	return field.Type, ok && field.IsExported()
}

func friendlyName(typ reflect.Type) string {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Name() != "" {
		return typ.Name()
	}
	return typ.String()
}

// call is the type a function gives.
func (s *scope) call(function *parse.IdentifierNode, command *parse.CommandNode, args []reflect.Type) reflect.Type {
	s.wordsNamed(function, command)
	declared, ok := s.checker.funcs[function.Ident]
	if !ok {
		return s.builtin(function, command, args)
	}
	signature := reflect.TypeOf(declared)
	if len(args) != signature.NumIn() {
		s.problem(command, "%s takes %d values, not %d", function.Ident, signature.NumIn(), len(args))
		return signature.Out(0)
	}
	for i, arg := range args {
		if arg != nil && !arg.AssignableTo(signature.In(i)) {
			s.problem(command, "%s needs a value of type %s where %s is given", function.Ident, signature.In(i), arg)
		}
	}
	return signature.Out(0)
}

func (s *scope) builtin(function *parse.IdentifierNode, command *parse.CommandNode, args []reflect.Type) reflect.Type {
	switch function.Ident {
	case "eq", "ne":
		s.comparison(command, args)
		return reflect.TypeFor[bool]()
	case "lt", "le", "gt", "ge", "not":
		return reflect.TypeFor[bool]()
	case "len":
		return reflect.TypeFor[int]()
	case "print", "printf", "println", "html", "js", "urlquery":
		return reflect.TypeFor[string]()
	case "index":
		if len(args) > 1 && args[0] != nil && slices.Contains([]reflect.Kind{reflect.Slice, reflect.Array, reflect.Map}, args[0].Kind()) {
			return args[0].Elem()
		}
	case "slice":
		if len(args) > 0 {
			return args[0]
		}
	case "and", "or":
		if len(args) > 0 && !slices.ContainsFunc(args, func(t reflect.Type) bool { return t != args[0] }) {
			return args[0]
		}
	}
	return nil
}

// comparison refuses texts that a field can never be equal to.
func (s *scope) comparison(command *parse.CommandNode, args []reflect.Type) {
	for _, arg := range args {
		values, ok := known[arg]
		if !ok {
			continue
		}
		for _, node := range command.Args[1:] {
			if text, isText := node.(*parse.StringNode); isText && !slices.Contains(values, text.Text) {
				s.problem(command, "%s is never %q: it is one of %q", friendlyName(arg), text.Text, values)
			}
		}
	}
}

// wordsNamed checks that the block a layout asks for exists in the prose.
func (s *scope) wordsNamed(function *parse.IdentifierNode, command *parse.CommandNode) {
	if s.checker.wordsIn == nil || function.Ident != "words" && function.Ident != "paragraphs" {
		return
	}
	var name string
	if len(command.Args) > 1 {
		if text, ok := command.Args[1].(*parse.StringNode); ok {
			name = text.Text
		}
	}
	if name == "" {
		s.problem(command, "%s needs the name of a block between quotes", function.Ident)
		return
	}
	s.checker.words[name] = true
	if _, ok := s.checker.wordsIn[name]; !ok {
		s.problem(command, "there is no block %q: write %s", name, strings.TrimSpace(fmt.Sprintf("{{define %q}}…{{end}}", name)))
	}
}
