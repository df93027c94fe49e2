-- SPDX-License-Identifier: GPL-3.0-or-later
-- telemetry-YYYY-MM-DD.db: the request records written on that UTC day. No secondary index on records: it would halve
-- the writer. Strings that repeat are numbers into `names`; `blocks` says what each transaction's rows hold, so that
-- a search passes over most of them. People read the view `requests`.
CREATE TABLE names (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
-- outcomes and arms are bit sets by enumerator; routes are names between line feeds; ids are 32-bit FNV-1a hashes of
-- the request ids, little-endian, in row order. ids comes last: a search without an id never loads it.
CREATE TABLE blocks (
    first_row INTEGER PRIMARY KEY,
    last_row  INTEGER NOT NULL,
    min_at    INTEGER NOT NULL,
    max_at    INTEGER NOT NULL,
    outcomes  INTEGER NOT NULL,
    arms      INTEGER NOT NULL,
    fallbacks INTEGER NOT NULL,
    routes    TEXT NOT NULL,
    ids       BLOB NOT NULL
) STRICT;
-- Enumerators are stored by number (requestrecord.h, arm.h, pricetable.h): append to them, never reorder.
-- flags: 1 streamed, 2 simulated, 4 retry, 8 sampled, 16 refusal, 32 usage known, 64 usage estimated.
-- attempts: JSON [[unit (names), connect, first byte, total, status, "error"], ...], microseconds.
CREATE TABLE records (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    route INTEGER,
    revision INTEGER NOT NULL,
    arm INTEGER NOT NULL,
    assigned_unit INTEGER,
    served_unit INTEGER,
    assigned_by INTEGER NOT NULL,
    key_hmac BLOB,
    bucket INTEGER NOT NULL,
    attributes TEXT,
    session TEXT,
    api_key INTEGER,
    gateway INTEGER,
    trace_id TEXT,
    prompt INTEGER,
    attempts TEXT,
    stage_admit INTEGER NOT NULL,
    stage_route INTEGER NOT NULL,
    stage_render INTEGER NOT NULL,
    stage_retrieve INTEGER NOT NULL,
    stage_connect INTEGER NOT NULL,
    ttft INTEGER NOT NULL,
    stage_stream INTEGER NOT NULL,
    total INTEGER NOT NULL,
    upstream_wait INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    weight REAL NOT NULL,
    status INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    fallback INTEGER NOT NULL,
    finish_reason INTEGER,
    error INTEGER,
    raw_prompt INTEGER NOT NULL,
    raw_completion INTEGER NOT NULL,
    raw_cached INTEGER NOT NULL,
    raw_reasoning INTEGER NOT NULL,
    tokens_input INTEGER NOT NULL,
    tokens_cached INTEGER NOT NULL,
    tokens_cache_write INTEGER NOT NULL,
    tokens_output INTEGER NOT NULL,
    cost_state INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL,
    currency INTEGER
) STRICT;
CREATE VIEW requests AS SELECT
    r.row, r.id, strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 1000000, 'unixepoch') AS at,
    (SELECT text FROM names WHERE id = r.route) AS route, r.revision,
    CASE r.arm WHEN 0 THEN 'stable' WHEN 1 THEN 'control' WHEN 2 THEN 'candidate' ELSE 'shadow' END AS arm,
    (SELECT text FROM names WHERE id = r.assigned_unit) AS assigned_unit,
    (SELECT text FROM names WHERE id = r.served_unit) AS served_unit,
    r.status,
    CASE r.outcome WHEN 0 THEN 'ok' WHEN 1 THEN 'client_error' WHEN 2 THEN 'provider_error' WHEN 3 THEN 'timeout'
        WHEN 4 THEN 'client_gone' ELSE 'shed' END AS outcome,
    CASE r.fallback WHEN 0 THEN 'none' WHEN 1 THEN 'timeout' WHEN 2 THEN 'error' WHEN 3 THEN 'breaker'
        ELSE 'killed' END AS fallback,
    (SELECT text FROM names WHERE id = r.error) AS error,
    r.ttft, r.total, r.tokens_input + r.tokens_cached + r.tokens_cache_write AS input_tokens, r.tokens_output,
    CASE r.cost_state WHEN 0 THEN r.cost_micros END AS cost_micros, r.weight
FROM records r;
