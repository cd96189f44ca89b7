procedure Main is
   Numbers : array (1 .. 3) of Integer := (others => 0);
   Place   : Integer := 3;
begin
   Place := Place + 1;
   Numbers (Place) := 1;
end Main;
