with Ada.Environment_Variables;
with Ada.Text_IO; use Ada.Text_IO;

procedure Main is
   Result : File_Type;
begin
   Create (Result, Out_File, Ada.Environment_Variables.Value ("ARTIFACTS_DIR") & "/result.txt");
   Put_Line (Result, "made");
   Close (Result);
   Put_Line ("ok");
end Main;
