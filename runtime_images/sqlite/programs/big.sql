WITH RECURSIVE lines(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM lines WHERE n < 16384)
SELECT replace(hex(zeroblob(31)), '0', 'x') || 'x' FROM lines;
