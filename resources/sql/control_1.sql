-- SPDX-License-Identifier: GPL-3.0-or-later
-- sluice.db: control state and audit. Digests are SHA-256 in hex over what they stand beside, checked on reading:
-- quick_check sees a broken page, not a flipped bit in a value.
CREATE TABLE documents (
    kind   TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    command  TEXT NOT NULL,
    routes   TEXT NOT NULL,
    changes  TEXT NOT NULL,
    digest   TEXT NOT NULL
) STRICT;
-- Each row's digest covers the digest of the row before: a row changed or taken out breaks the chain.
CREATE TABLE audit (
    sequence  INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    role      TEXT NOT NULL,
    command   TEXT NOT NULL,
    arguments TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    message   TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    digest    TEXT NOT NULL
) STRICT;
