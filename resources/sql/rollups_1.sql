-- SPDX-License-Identifier: GPL-3.0-or-later
-- rollups.db: sums by second (kept an hour), minute (30 days) and hour (two years), apart from the day files so that
-- deleting those does not take the sums along. `sums` is Aggregate::encode(). `start` is Unix seconds.
CREATE TABLE series (
    id      INTEGER PRIMARY KEY,
    route   TEXT NOT NULL,
    arm     INTEGER NOT NULL,
    unit    TEXT NOT NULL,
    gateway TEXT NOT NULL,
    UNIQUE (route, arm, unit, gateway)
) STRICT;
CREATE TABLE seconds (
    series INTEGER NOT NULL,
    start  INTEGER NOT NULL,
    sums   BLOB NOT NULL,
    PRIMARY KEY (series, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE minutes (
    series INTEGER NOT NULL,
    start  INTEGER NOT NULL,
    sums   BLOB NOT NULL,
    PRIMARY KEY (series, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE hours (
    series INTEGER NOT NULL,
    start  INTEGER NOT NULL,
    sums   BLOB NOT NULL,
    PRIMARY KEY (series, start)
) STRICT, WITHOUT ROWID;
