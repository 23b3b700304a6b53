package easel;

import easel.core.Credential;
import easel.core.Secret;
import easel.pool.TokenPool.Limits;
import easel.provider.ProviderSettings;
import easel.store.AccountTable;
import easel.store.CredentialTable.Row;
import easel.store.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who can be lent, under which name and how much: the keys of the configuration and the rows of the database, as one. A
 * secret is one credential wherever it is kept. Two secrets never have one name: the newer one gets a longer one.
 */
final class Roster {
  private static final List<Integer> NAME_BYTES = List.of(3, 8, 32);
  private static final Limits NOTHING = new Limits(0, 0, 0, 0);

  /** {@code row}: one that works with this very secret, whose terms then count. */
  record Key(ProviderSettings section, Credential credential, Optional<Row> row) {
    Terms terms() {
      return row.map(Row::terms).orElse(Terms.OPEN);
    }
  }

  /** {@code fresh}: it may be lent for new work, and not only for what it has begun. */
  record Member(Credential credential, Limits limits, boolean fresh) {}

  private final List<ProviderSettings> sections;
  private final List<Row> rows;

  Roster(List<ProviderSettings> sections, List<Row> rows) {
    this.sections = sections;
    this.rows = rows;
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  /** The keys of the configuration, in its order. */
  List<Key> keys() {
    return sections.stream().flatMap(section -> keys(section).stream()).toList();
  }

  private List<Key> keys(ProviderSettings section) {
    return keys(section, rowsOf(section));
  }

  private List<Key> keys(ProviderSettings section, Register register) {
    var keys = new ArrayList<Key>();
    for (var secret : section.keys()) {
      var credential = register.named(secret);
      register.take(credential);
      var row = rows.stream().filter(r -> r.works() && is(r, section.id(), secret)).findFirst();
      keys.add(new Key(section, row.map(r -> credential.by(r.terms().proxy()).labelled(r.terms().projectName())).orElse(credential), row));
    }
    return keys;
  }

  /** What this secret is called, or would be. */
  Credential named(ProviderSettings section, Secret secret) {
    return register(section).named(secret);
  }

  /** What all secrets of a section are called. */
  Register register(ProviderSettings section) {
    var register = rowsOf(section);
    keys(section, register);
    return register;
  }

  /** A secret that cannot be read takes no name from another: its name is the only sign of it. */
  private Register rowsOf(ProviderSettings section) {
    var register = new Register(section);
    for (var row : rows) if (row.provider().equals(section.id())) row.credential().ifPresent(register::take);
    return register;
  }

  /** Which secret of one provider is called what. */
  static final class Register {
    private final ProviderSettings section;
    private final Set<String> taken = new HashSet<>();
    private final Map<Secret, String> names = new HashMap<>();

    private Register(ProviderSettings section) {
      this.section = section;
    }

    boolean knows(Secret secret) {
      return names.containsKey(secret);
    }

    /** Those of all that there are. */
    Set<Secret> fingerprints() {
      return names.keySet().stream().map(Secret::fingerprint).collect(Collectors.toSet());
    }

    /** What this secret is called, or would be. */
    Credential named(Secret secret) {
      if (knows(secret)) return new Credential(section.id(), names.get(secret), secret);
      return NAME_BYTES.stream().map(bytes -> section.credential(secret, bytes)).filter(c -> !taken.contains(c.name())).findFirst()
          .orElseThrow();
    }

    void take(Credential credential) {
      taken.add(credential.name());
      names.putIfAbsent(credential.secret(), credential.name());
    }
  }

  private static boolean is(Row row, String provider, Secret secret) {
    return row.provider().equals(provider) && row.secret().map(secret::equals).orElse(false);
  }

  // ---- lending ----------------------------------------------------------------------------------------------------

  /** Everybody: who may work for an enabled section, and of the others those who may have begun something. */
  List<Member> members() {
    var members = new LinkedHashMap<AccountTable.Key, Member>();
    for (var section : sections) {
      if (section.enabled()) for (var member : working(section)) members.putIfAbsent(AccountBook.key(member.credential()), member);
    }
    for (var row : rows) {
      if (row.works()) continue;
      row.credential().ifPresent(c -> members.putIfAbsent(AccountBook.key(c), new Member(c, NOTHING, false)));
    }
    return List.copyOf(members.values());
  }

  /** What all of them are called, whether they can be lent or not. */
  Set<AccountTable.Key> names() {
    var names = new LinkedHashSet<AccountTable.Key>();
    for (var key : keys()) names.add(AccountBook.key(key.credential()));
    for (var row : rows) names.add(Lending.key(row));
    for (var member : members()) names.add(AccountBook.key(member.credential()));
    return names;
  }

  /** Who may work for a section; nobody's credential where it has no key and may do without. */
  private List<Member> working(ProviderSettings section) {
    var members = new ArrayList<Member>();
    for (var key : keys(section)) {
      members.add(new Member(key.credential(), limits(section, key.terms()), true));
    }
    for (var row : rows) {
      if (!row.provider().equals(section.id()) || !row.works() || section.keys().contains(row.secret().orElseThrow())) continue;
      members.add(new Member(row.credential().orElseThrow(), limits(section, row.terms()), true));
    }
    if (members.isEmpty()) for (var nobody : section.credentials()) members.add(new Member(nobody, limits(section, Terms.OPEN), true));
    return members;
  }

  private static Limits limits(ProviderSettings section, Terms terms) {
    return new Limits(section.limits().concurrency(), terms.imagesAtOnce(), terms.videosAtOnce(), section.limits().perMinute());
  }

  /** The credentials of one section that may work, for a look without a pool. */
  List<Credential> credentials(ProviderSettings section) {
    return working(section).stream().map(Member::credential).toList();
  }
}
