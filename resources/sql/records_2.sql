-- SPDX-License-Identifier: GPL-3.0-or-later
-- The bucket in both generations of `fractional`. generation: 2 or 3, which `bucket` is of, other_bucket being of the
-- other one. NULL in rows of version 1: bucket is of generation 2, the other is not known.
ALTER TABLE records ADD COLUMN generation INTEGER;
ALTER TABLE records ADD COLUMN other_bucket INTEGER;
