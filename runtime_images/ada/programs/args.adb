with Ada.Command_Line; use Ada.Command_Line;
with Ada.Text_IO;

procedure Arguments is
begin
   for I in 1 .. Argument_Count loop
      Ada.Text_IO.Put_Line ("arg " & Argument (I));
   end loop;
end Arguments;
