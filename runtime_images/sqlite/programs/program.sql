WITH RECURSIVE fib(n, a, b) AS (
    SELECT 0, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 10
)
SELECT 'fib ' || a FROM fib WHERE n = 10;

WITH RECURSIVE backwards(rest, text) AS (
    SELECT 'hello', '' UNION ALL SELECT substr(rest, 2), substr(rest, 1, 1) || text FROM backwards WHERE rest <> ''
)
SELECT 'reversed ' || text FROM backwards WHERE rest = '';

CREATE TABLE words (word TEXT);
WITH RECURSIVE split(word, rest) AS (
    SELECT NULL, 'the quick the fox '
    UNION ALL
    SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM split WHERE rest <> ''
)
INSERT INTO words SELECT word FROM split WHERE word IS NOT NULL;
SELECT 'words ' || group_concat(word || '=' || count, ' ')
FROM (SELECT word, count(*) AS count FROM words GROUP BY word ORDER BY count DESC, word);

SELECT 'sorted ' || group_concat(number, ' ')
FROM (SELECT column1 AS number FROM (VALUES (5), (3), (8), (1), (2)) ORDER BY number);
