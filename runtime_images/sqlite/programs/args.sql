SELECT 'arg ' || value FROM args ORDER BY position;
