SELECT 'looping';
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n % 1000 + 1 FROM numbers)
SELECT count(*) FROM numbers;
