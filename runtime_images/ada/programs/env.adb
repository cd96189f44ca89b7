with Ada.Environment_Variables;
with Ada.Text_IO;

procedure Main is
begin
   Ada.Text_IO.Put_Line (Ada.Environment_Variables.Value ("GREETING"));
end Main;
