CREATE TABLE lines (line TEXT);
.import data.txt lines
SELECT line FROM lines ORDER BY rowid;
