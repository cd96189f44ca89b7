CREATE TABLE lines (line TEXT);
.mode ascii
.separator "\037" "\n"
.import /dev/stdin lines
.mode list
SELECT 'got ' || line FROM lines ORDER BY rowid;
