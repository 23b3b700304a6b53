package easel;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Reads Java files with the JDK's own parser: complains by {@link TidyRules}, collects for {@link TidyPages}. */
final class TidyCode extends TreeScanner<Void, Void> {
  /** A string in the source that another file has to know too. */
  record Place(String text, String file, long line) {}

  /** One call whose first arguments matter: a string as it is, anything else as an empty Optional. */
  record Named(String method, List<Optional<String>> arguments, List<String> words, String inside, Place place) {}

  /** A method and the names of its parameters. */
  record Shape(String name, List<String> parameters) {}

  /** All that was found in all files. */
  record Found(Set<Tidy.Complaint> complaints, List<Tidy.Sized> methods, List<Place> routes, List<Named> configCalls,
      List<Shape> configMethods, Set<String> configStrings) {}

  private final Found found;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final String file;
  /** Below src/easel; empty for a test, to which only few rules apply. */
  private final String location;
  private String method = "";

  private TidyCode(Found found, CompilationUnitTree unit, SourcePositions positions, String file) {
    this.found = found;
    this.unit = unit;
    this.positions = positions;
    this.file = file;
    this.location = file.startsWith("src/easel/") ? file.substring("src/easel/".length()) : "";
  }

  static Found read(Path root, List<Path> sources, List<Path> tests) throws IOException {
    var found = new Found(new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
        new ArrayList<>(), new LinkedHashSet<>());
    var all = new ArrayList<>(sources);
    all.addAll(tests);
    if (all.isEmpty()) return found;
    var compiler = ToolProvider.getSystemJavaCompiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
      var task = (JavacTask) compiler.getTask(null, files, problems, List.of("-proc:none"), null,
          files.getJavaFileObjectsFromPaths(all));
      var positions = Trees.instance(task).getSourcePositions();
      for (var unit : task.parse()) {
        var file = root.toAbsolutePath().relativize(Path.of(unit.getSourceFile().toUri()));
        new TidyCode(found, unit, positions, file.toString().replace('\\', '/')).check();
      }
    }
    for (var problem : problems.getDiagnostics()) {
      found.complaints.add(new Tidy.Complaint(problem.getSource() == null ? "src" : problem.getSource().getName(),
          problem.getLineNumber(), problem.getMessage(Locale.ROOT)));
    }
    return found;
  }

  private void check() {
    if (!inTests()) {
      if (location.isEmpty()) complain(unit, "sources lie under src/easel");
      for (var words : TidyRules.place(location)) complain(unit, words);
      var house = TidyRules.packageOf(location);
      var expected = house.isEmpty() ? "easel" : "easel." + house;
      if (unit.getPackageName() == null || !unit.getPackageName().toString().equals(expected)) {
        complain(unit, "the package of this folder is " + expected);
      }
    }
    scan(unit, null);
  }

  private boolean inTests() {
    return file.startsWith("test/");
  }

  private void complain(Tree tree, String words) {
    found.complaints.add(new Tidy.Complaint(file, line(tree), words));
  }

  private long line(Tree tree) {
    // A chain of calls over several lines is told by its last name.
    long at = tree instanceof MemberSelectTree ? positions.getEndPosition(unit, tree) - 1
        : positions.getStartPosition(unit, tree);
    return at < 0 ? 1 : unit.getLineMap().getLineNumber(at);
  }

  @Override
  public Void visitPackage(PackageTree tree, Void none) {
    return null;
  }

  @Override
  public Void visitImport(ImportTree tree, Void none) {
    var name = tree.getQualifiedIdentifier().toString();
    if (name.endsWith(".*")) complain(tree, "imports name what they import, not .*");
    if (!inTests()) TidyRules.imported(name).ifPresent(words -> complain(tree, words));
    return super.visitImport(tree, none);
  }

  @Override
  public Void visitMemberSelect(MemberSelectTree tree, Void none) {
    name(tree, tree.getExpression(), tree.getIdentifier().toString());
    if (!inTests()) {
      dotted(tree).flatMap(names -> TidyRules.dotted(location, names)).ifPresent(words -> complain(tree, words));
    }
    return super.visitMemberSelect(tree, none);
  }

  @Override
  public Void visitMemberReference(MemberReferenceTree tree, Void none) {
    var receiver = tree.getQualifierExpression();
    if (tree.getMode() == MemberReferenceTree.ReferenceMode.NEW) banned(tree, "new " + last(receiver));
    else name(tree, receiver, tree.getName().toString());
    return super.visitMemberReference(tree, none);
  }

  @Override
  public Void visitNewClass(NewClassTree tree, Void none) {
    banned(tree, "new " + last(tree.getIdentifier()));
    return super.visitNewClass(tree, none);
  }

  private void name(Tree tree, Tree receiver, String member) {
    banned(tree, last(receiver) + "." + member);
    banned(tree, "." + member);
  }

  private void banned(Tree tree, String name) {
    if (!inTests()) TidyRules.banned(location, name).ifPresent(words -> complain(tree, words));
    else if (name.equals("Thread.sleep") && !file.equals("test/RunTests.java") && !file.startsWith("test/fake/")) {
      complain(tree, "tests do not sleep: use fake.FakeTime, or wait for the event itself");
    } else if (name.equals("Thread.onSpinWait")) {
      complain(tree, "tests do not spin: fake.Await ends in time, and heeds an interrupt");
    }
  }

  private static String last(Tree tree) {
    return switch (tree) {
      case IdentifierTree name -> name.getName().toString();
      case MemberSelectTree select -> select.getIdentifier().toString();
      case ParameterizedTypeTree type -> last(type.getType());
      default -> "";
    };
  }

  /** {@code a.b.c} where the tree is only that, no call in between. */
  private static Optional<String> dotted(Tree tree) {
    return switch (tree) {
      case IdentifierTree name -> Optional.of(name.getName().toString());
      case MemberSelectTree select -> dotted(select.getExpression()).map(left -> left + "." + select.getIdentifier());
      default -> Optional.empty();
    };
  }

  @Override
  public Void visitSynchronized(SynchronizedTree tree, Void none) {
    synchronizedAt(tree);
    return super.visitSynchronized(tree, none);
  }

  private void synchronizedAt(Tree tree) {
    if (!inTests() && !TidyRules.SYNCHRONIZED.contains(location)) {
      complain(tree, "synchronized pins a virtual thread on JDK 21, use a ReentrantLock");
    }
  }

  @Override
  public Void visitClass(ClassTree tree, Void none) {
    var name = tree.getSimpleName().toString();
    if (TidyRules.saysNothing(name)) complain(tree, "the name " + name + " says nothing, call it what it is");
    return super.visitClass(tree, none);
  }

  @Override
  public Void visitMethod(MethodTree tree, Void none) {
    var outer = method;
    method = tree.getName().toString();
    if (!inTests()) {
      if (tree.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) synchronizedAt(tree);
      var annotations = tree.getModifiers().getAnnotations().stream();
      var inherited = annotations.anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
      if (method.matches("get[A-Z].*") && tree.getParameters().isEmpty() && !inherited) {
        complain(tree, "accessors have no get: " + method);
      }
      measure(tree);
    }
    if (isConfig()) {
      var parameters = tree.getParameters().stream().map(p -> p.getName().toString()).toList();
      found.configMethods.add(new Shape(method, parameters));
    }
    super.visitMethod(tree, none);
    method = outer;
    return null;
  }

  private void measure(MethodTree tree) {
    var lines = unit.getLineMap();
    long start = positions.getStartPosition(unit, tree);
    long end = positions.getEndPosition(unit, tree);
    if (start < 0 || end < 0) return;
    var type = location.substring(location.lastIndexOf('/') + 1).replace(".java", "");
    found.methods.add(new Tidy.Sized(type + "." + method, lines.getLineNumber(end) - lines.getLineNumber(start) + 1));
  }

  @Override
  public Void visitCatch(CatchTree tree, Void none) {
    if (!inTests()) {
      var type = tree.getParameter().getType().toString();
      if (type.contains("InterruptedException") && ignored(tree.getBlock())) {
        complain(tree, "an interrupt travels up, or sets the flag again and stops");
      } else if (tree.getBlock().getStatements().isEmpty() && !commented(tree.getBlock())) {
        complain(tree, "an empty catch says in a comment why it may be");
      }
    }
    return super.visitCatch(tree, none);
  }

  /** Whether the interrupt is lost for certain; how a thread ends is too varied to be told by its syntax. */
  private static boolean ignored(BlockTree block) {
    return block.getStatements().stream().allMatch(s -> s.getKind() == Tree.Kind.CONTINUE);
  }

  private boolean commented(BlockTree block) {
    try {
      var text = unit.getSourceFile().getCharContent(true).toString();
      int start = (int) positions.getStartPosition(unit, block);
      var inside = text.substring(start, (int) positions.getEndPosition(unit, block));
      return inside.contains("//") || inside.contains("/*");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree tree, Void none) {
    var name = last(tree.getMethodSelect());
    if (!inTests() && name.equals("on") && !tree.getArguments().isEmpty()) route(tree);
    if (isConfig()) {
      var arguments = tree.getArguments().stream().map(TidyCode::text).toList();
      var words = tree.getArguments().stream().map(Object::toString).toList();
      found.configCalls.add(new Named(name, arguments, words, method, new Place(name, file, line(tree))));
    }
    return super.visitMethodInvocation(tree, none);
  }

  private void route(MethodInvocationTree tree) {
    var first = text(tree.getArguments().get(0));
    if (first.isPresent() && first.get().matches("[A-Z]+ /.*")) {
      found.routes.add(new Place(first.get(), file, line(tree)));
    } else if (first.isEmpty() && tree.getMethodSelect().toString().matches("(?i).*rout\\w*\\.on")) {
      complain(tree, "a route is written out in quotes, so that it can be searched: \"GET /path\"");
    }
  }

  @Override
  public Void visitLiteral(LiteralTree tree, Void none) {
    if (isConfig() && tree.getValue() instanceof String text) found.configStrings.add(text);
    return super.visitLiteral(tree, none);
  }

  private boolean isConfig() {
    return location.matches("Config\\w*\\.java");
  }

  private static Optional<String> text(ExpressionTree tree) {
    return tree instanceof LiteralTree literal && literal.getValue() instanceof String text
        ? Optional.of(text) : Optional.empty();
  }
}
