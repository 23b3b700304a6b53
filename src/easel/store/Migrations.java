package easel.store;

import easel.store.StoreException.Trouble;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * The schema, step by step. Steps are only ever added at the end: number n brings a database from version n to n+1, in
 * one transaction. Times are milliseconds since 1970, JSON is text.
 */
final class Migrations {
  /** "EASL": tells our databases from others. */
  private static final int APPLICATION = 0x4541534c;

  private static final List<String> STEPS = List.of("""
      CREATE TABLE job (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL, project TEXT NOT NULL, face TEXT NOT NULL, idempotency_key TEXT, body_hash TEXT NOT NULL,
        state TEXT NOT NULL, provider TEXT NOT NULL, credential TEXT NOT NULL, handle TEXT NOT NULL,
        percent INTEGER NOT NULL, words TEXT NOT NULL,
        task TEXT NOT NULL, attempts TEXT NOT NULL, usage TEXT, failure TEXT,
        created INTEGER NOT NULL, updated INTEGER NOT NULL, ended INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX job_key ON job (owner, face, idempotency_key) WHERE idempotency_key IS NOT NULL;
      CREATE INDEX job_body ON job (body_hash);
      CREATE INDEX job_owner ON job (owner);
      CREATE INDEX job_state ON job (state);

      -- The id of a result begins with what makes its job's id unguessable: that is how a job finds its results.
      CREATE TABLE media (
        id TEXT NOT NULL UNIQUE, job TEXT NOT NULL, role TEXT NOT NULL, project TEXT NOT NULL,
        position INTEGER NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL, sha256 TEXT NOT NULL,
        path TEXT NOT NULL, revised_prompt TEXT, created INTEGER NOT NULL, expires INTEGER
      ) STRICT;
      CREATE INDEX media_loose ON media (expires, bytes) WHERE role = 'result' AND project = '';
      CREATE INDEX media_input ON media (created) WHERE role = 'input';

      -- An input may serve several jobs, and may be a result of another.
      CREATE TABLE job_input (
        job TEXT NOT NULL, media TEXT NOT NULL, PRIMARY KEY (job, media)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX job_input_media ON job_input (media);

      CREATE TABLE api_key (
        id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL, revoked INTEGER
      ) STRICT;

      CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      """, """
      -- A job for more results than its provider makes at once is a set, and each of its parts a job of its own.
      ALTER TABLE job ADD COLUMN of_set TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE job ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX job_of_set ON job (of_set) WHERE of_set <> '';
      """, """
      -- The secret is sealed (Vault): nothing in this file tells what it is.
      CREATE TABLE credential (
        id TEXT NOT NULL PRIMARY KEY, provider TEXT NOT NULL, name TEXT NOT NULL, remark TEXT NOT NULL,
        secret TEXT NOT NULL, enabled INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
        retired INTEGER, UNIQUE (provider, name)
      ) STRICT;
      """, """
      -- The proxy is sealed like the secret: it may hold a password.
      ALTER TABLE credential ADD COLUMN images_enabled INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE credential ADD COLUMN videos_enabled INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE credential ADD COLUMN image_concurrency INTEGER NOT NULL DEFAULT -1;
      ALTER TABLE credential ADD COLUMN video_concurrency INTEGER NOT NULL DEFAULT -1;
      ALTER TABLE credential ADD COLUMN proxy TEXT NOT NULL DEFAULT '';
      ALTER TABLE credential ADD COLUMN project_id TEXT NOT NULL DEFAULT '';
      ALTER TABLE credential ADD COLUMN project_name TEXT NOT NULL DEFAULT '';

      -- What was learned of a credential, wherever it is kept; its number is never given twice. The session is sealed.
      CREATE TABLE account (
        number INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, name TEXT NOT NULL,
        session TEXT, session_ends INTEGER, person TEXT NOT NULL DEFAULT '', funds TEXT, unit TEXT NOT NULL DEFAULT '',
        tier INTEGER, tier_word TEXT NOT NULL DEFAULT '', projects TEXT NOT NULL DEFAULT '[]', heard INTEGER,
        refusals INTEGER NOT NULL DEFAULT 0, resting_until INTEGER, disabled INTEGER, why TEXT, used INTEGER,
        UNIQUE (provider, name)
      ) STRICT;

      -- What a credential did on a day where the server stands; day '' is everything before the oldest one kept.
      CREATE TABLE credential_day (
        provider TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL,
        images INTEGER NOT NULL, videos INTEGER NOT NULL, errors INTEGER NOT NULL, PRIMARY KEY (provider, name, day)
      ) STRICT, WITHOUT ROWID;
      """, """
      -- What the log of all jobs is searched by (JobLog), each newest first. Two of these stand in the task: they are
      -- computed, not copied, so that this step writes indexes alone, however many jobs there are.
      ALTER TABLE job ADD COLUMN model TEXT
        AS (CASE WHEN json_valid(task) THEN CAST(json_extract(task, '$.model') AS TEXT) ELSE '' END) VIRTUAL;
      ALTER TABLE job ADD COLUMN kind TEXT
        AS (CASE WHEN json_valid(task) THEN CAST(json_extract(task, '$.kind') AS TEXT) ELSE '' END) VIRTUAL;
      DROP INDEX job_state;
      CREATE INDEX job_state ON job (state, created, of_set);
      DROP INDEX job_owner;
      CREATE INDEX job_owner ON job (owner, created);
      CREATE INDEX job_kind ON job (kind, created);
      CREATE INDEX job_model ON job (model, created);
      -- Partial, so that nobody but the log uses them: what an open job's credential carries is found by the state.
      CREATE INDEX job_provider ON job (provider, created) WHERE provider <> '';
      CREATE INDEX job_credential ON job (credential, created) WHERE credential <> '';
      CREATE INDEX job_project ON job (project, created) WHERE project <> '';
      """, """
      -- What a provider has given in place of a secret is sealed with what tells which secret that was.
      ALTER TABLE account ADD COLUMN session_since INTEGER;
      ALTER TABLE account ADD COLUMN renewal TEXT;
      ALTER TABLE account ADD COLUMN renewed INTEGER;
      """, """
      -- The same of the credential's own secret, where it came with the word that it took an older one's place.
      ALTER TABLE account ADD COLUMN descent TEXT;
      ALTER TABLE account ADD COLUMN descended INTEGER;
      """);

  private Migrations() {}

  static int newest() {
    return STEPS.size();
  }

  /** Refuses what a newer Easel or another program has written. */
  static void refuse(Session session, Path file) throws SQLException {
    int version = number(session, "PRAGMA user_version");
    if (number(session, "PRAGMA application_id") != APPLICATION) {
      throw new StoreException(Trouble.DAMAGED, "the database " + file
          + " does not belong to Easel and was left as it is");
    }
    if (version > newest()) {
      throw new StoreException(Trouble.NEWER, "the database " + file + " has schema " + version
          + ", written by a newer Easel; this one knows schemas up to " + newest()
          + ". Start the newer Easel, or restore a backup from before it.");
    }
  }

  static void run(Session session) throws SQLException {
    for (int version = number(session, "PRAGMA user_version"); version < newest(); version++) {
      session.script("BEGIN IMMEDIATE;" + STEPS.get(version) + ";PRAGMA application_id = " + APPLICATION
          + ";PRAGMA user_version = " + (version + 1) + ";COMMIT");
    }
  }

  private static int number(Session session, String sql) throws SQLException {
    return session.first(sql, r -> r.getInt(1)).orElse(0);
  }
}
