.read shapes.sql
SELECT 'modules ok' FROM shapes WHERE area = 9;
